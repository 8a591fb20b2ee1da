import { expect, test } from "vitest";
import { generated, shippedOn } from "./generated.ts";

test.each(["llamacpp-engine", "llamacpp-session"])("%s times a prompt alone, at a depth", async (engine) => {
  const subject = await shippedOn(engine, { threads: 1 });
  const workload = { prompt: { tokens: 32 }, cachedTokens: 100, newTokens: 1, warmups: 1, generations: 2 };
  const { warmups, generations } = await generated(subject, workload);
  expect([...warmups, ...generations]).toHaveLength(3);
  for (const { promptTokens, tokenIds } of [...warmups, ...generations]) {
    expect(promptTokens).toBe(32);
    expect(tokenIds).toHaveLength(1);
  }
});

test("every setting of a bench reaches the context that it is measured in", async () => {
  const subject = await shippedOn("llamacpp-engine", {
    threads: 1,
    batchSize: 64,
    microBatchSize: 32,
    flashAttention: "on",
    kvCacheTypes: ["q8_0", "q4_0"],
    mmap: false,
    gpuLayers: 0,
    contextSize: 200,
  });
  const workload = { prompt: { tokens: 90 }, newTokens: 4, warmups: 0, generations: 1 };
  const { generations, engine } = await generated(subject, workload);
  expect(generations[0]?.promptTokens).toBe(90);
  expect(engine).toMatchObject({
    threads: 1,
    contextSize: 256,
    kvCacheTypes: ["q8_0", "q4_0"],
    flashAttention: true,
    buffers: { CPU: expect.any(Number) },
  });
});
