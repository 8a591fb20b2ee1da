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

test("tokens are drawn as the workload says, and taken greedily where it says nothing", async () => {
  const subject = await subjectOf("llamacpp-engine", { threads: 1 });
  const drawn = (seed: number) => ({ temperature: 1.5, topK: 0, topP: 1, seed });
  const tokens = async (more: Partial<Workload>) => {
    const workload: Workload = { prompt: { tokens: 16 }, newTokens: 12, generations: 1, ...more };
    return (await performed(subject, workload)).generations[0]!.tokenIds;
  };
  const [greedy, one, again, other] = [
    await tokens({}),
    await tokens({ sampling: drawn(1) }),
    await tokens({ sampling: drawn(1) }),
    await tokens({ sampling: drawn(2) }),
  ];
  expect(one).toHaveLength(12);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  expect(one).not.toEqual(greedy);
});
