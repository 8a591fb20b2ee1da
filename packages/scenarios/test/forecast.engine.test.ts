import { expect, test } from "vitest";
import { checkSample } from "../src/index.ts";
import { generated, shippedOn } from "./generated.ts";

async function sampled(engineName: string, withForecast: boolean) {
  const options = { threads: 1, contextSize: 512, kvCacheTypes: ["q8_0", "q8_0"] };
  const subject = await shippedOn(engineName, options);
  const workload = { prompt: { tokens: 16 }, newTokens: 2, warmups: 0, generations: 1, withForecast };
  const { engine: _, ...sample } = await generated(subject, workload);
  return sample;
}

test.each(["llamacpp-engine", "llamacpp-session"])(
  "%s says before it is loaded what its settings will take, where a workload asks",
  async (engine) => {
    const sample = await sampled(engine, true);
    checkSample("generate", JSON.parse(JSON.stringify(sample)));
    expect(sample.forecast).toMatchObject({ contextSize: 512, kvCacheTypes: ["q8_0", "q8_0"], layers: 6 });
    const caches = Object.values(sample.forecast!.buffers).map(({ cache }) => cache);
    expect(Math.max(...caches)).toBeGreaterThan(0);
  },
);

test("nothing is worked out where no workload asks", async () => {
  expect(await sampled("llamacpp-engine", false)).not.toHaveProperty("forecast");
});
