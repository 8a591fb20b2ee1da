import type { BlockContext, ReadySubject } from "@quantlab/core";
import { resolveModel } from "@quantlab/engines";
import { expect, test } from "vitest";
import { generate } from "../src/generate/scenario.ts";
import { checkSample } from "../src/index.ts";

const { signal } = new AbortController();
const quiet = { alive() {}, note() {}, problem() {}, ran() {}, holder() {}, spent() {} };
const block: BlockContext = { ...quiet, phase: async () => {}, budgetMs: Number.MAX_SAFE_INTEGER, signal };

async function sampled(engine: string, withForecast: boolean) {
  const model = await resolveModel("sprout:Q4_K_M");
  const options = { threads: 1, contextSize: 512, kvCacheTypes: ["q8_0", "q8_0"] };
  const subject: ReadySubject = {
    subject: { model: "sprout:Q4_K_M", engine, options },
    model,
    beside: {},
    version: null,
    environment: {},
    places: {},
  };
  const workload = { prompt: { tokens: 16 }, newTokens: 2, warmups: 0, generations: 1, withForecast };
  const context = { signal, baseline: "one", reference: null, silenceMs: 60_000 };
  const [settled] = await generate.settle!([{ name: "one", subject, workload }], context);
  return generate.perform(subject, { ...settled!.workload, ...settled!.settled }, block);
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
