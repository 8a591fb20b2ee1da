import type { BlockContext, EngineInfo, Json, ReadySubject } from "@quantlab/core";
import { resolveModel } from "@quantlab/engines";
import { expect, test } from "vitest";
import { generate } from "../src/generate/scenario.ts";
import type { Workload } from "../src/generate/workload.ts";

const { signal } = new AbortController();
const block: BlockContext = {
  phase: async () => {},
  alive() {},
  note() {},
  problem() {},
  ran() {},
  holder() {},
  spent() {},
  budgetMs: Number.MAX_SAFE_INTEGER,
  signal,
};

async function subjectOf(engine: string, options: Readonly<Record<string, Json>>): Promise<ReadySubject> {
  const model = await resolveModel("sprout:Q4_K_M");
  const subject = { model: "sprout:Q4_K_M", engine, options };
  return { subject, model, beside: {}, version: null, environment: {}, places: {} };
}

async function performed(subject: ReadySubject, workload: Workload) {
  const context = { signal, baseline: "one", reference: null, silenceMs: 60_000 };
  const [settled] = await generate.settle!([{ name: "one", subject, workload }], context);
  const ran: EngineInfo[] = [];
  const watched: BlockContext = { ...block, ran: (engine) => void ran.push(engine) };
  const sample = await generate.perform(subject, { ...settled!.workload, ...settled!.settled }, watched);
  return { ...sample, engine: ran.at(-1) };
}

test.each(["llamacpp-engine", "llamacpp-session"])("%s times a prompt alone, at a depth", async (engine) => {
  const subject = await subjectOf(engine, { threads: 1 });
  const workload = { prompt: { tokens: 32 }, cachedTokens: 100, newTokens: 1, warmups: 1, generations: 2 };
  const { warmups, generations } = await performed(subject, workload);
  expect([...warmups, ...generations]).toHaveLength(3);
  for (const { promptTokens, tokenIds } of [...warmups, ...generations]) {
    expect(promptTokens).toBe(32);
    expect(tokenIds).toHaveLength(1);
  }
});

test("every setting of a bench reaches the context that it is measured in", async () => {
  const subject = await subjectOf("llamacpp-engine", {
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
  const { generations, engine } = await performed(subject, workload);
  expect(generations[0]?.promptTokens).toBe(90);
  expect(engine).toMatchObject({
    threads: 1,
    contextSize: 256,
    kvCacheTypes: ["q8_0", "q4_0"],
    flashAttention: true,
    buffers: { CPU: expect.any(Number) },
  });
});
