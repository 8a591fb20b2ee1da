import path from "node:path";
import { type BlockContext, type ReadySubject, repositoryRoot } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import type { ServeSample } from "../src/index.ts";
import { type ServeWorkload, scenarioNamed } from "../src/index.ts";

const lab = path.join(repositoryRoot, "packages/cli/bin/lab.js");
const subject = {
  subject: { program: process.execPath },
  model: null,
  beside: {},
  version: null,
  environment: {},
  places: { lab },
} as unknown as ReadySubject;

const workload: ServeWorkload = {
  arguments: ["{lab}", "serve", "-m", "sprout:F16", "-t", "1", "--port", "{port}", "--parallel", "3"],
  name: "sprout:F16",
  fields: { ignore_eos: true },
  clients: 2,
  requests: 2,
  promptWords: 40,
  newTokens: 24,
  objective: { ttftMs: 10_000, gapMs: 10_000 },
};

async function performed(
  changes: Partial<ServeWorkload>,
): Promise<{ sample: ServeSample; phases: string[] }> {
  const scenario = scenarioNamed("serve");
  const asked = { ...workload, ...changes };
  const { signal } = new AbortController();
  const arms = [{ name: "one", subject, workload: asked }];
  const [{ settled }] = (await scenario.settle!(arms, { signal } as never)) as unknown as [
    { settled: object },
  ];
  const phases: string[] = [];
  const block = {
    signal,
    phase: async (name: string) => void phases.push(name),
    alive() {},
    spent() {},
    holder() {},
  } as unknown as BlockContext;
  const sample = (await scenario.perform(subject, { ...asked, ...settled }, block)) as ServeSample;
  return { sample, phases };
}

describe("a server and its clients", () => {
  test("each client asks again when it has an answer, and every piece has its time", async () => {
    const { sample, phases } = await performed({});
    expect(phases).toEqual(["beforeLoad", "afterLoad", "afterGenerate"]);
    expect(sample.requests.map(({ client }) => client).toSorted()).toEqual([0, 0, 1, 1]);
    for (const { sentAtMs, pieceAtMs, newTokens, promptTokens, failed } of sample.requests) {
      expect([failed, newTokens]).toEqual([null, 24]);
      expect(promptTokens).toBeGreaterThan(30);
      expect(pieceAtMs.length).toBeGreaterThan(10);
      expect([sentAtMs, ...pieceAtMs]).toEqual([sentAtMs, ...pieceAtMs].toSorted((a, b) => a - b));
    }
  });

  test("turns go on from what was said, and prefixes that all share are read once", async () => {
    const { sample: turns } = await performed({ clients: 1, requests: 3, turns: true });
    const cached = turns.requests.map(({ cachedTokens }) => cachedTokens!);
    expect(cached[2]!).toBeGreaterThan(cached[1]!);
    expect(cached[1]!).toBeGreaterThan(30);
    const { sample: shared } = await performed({ clients: 2, requests: 2, promptWords: 80, sharedWords: 70 });
    expect(Math.max(...shared.requests.map(({ cachedTokens }) => cachedTokens!))).toBeGreaterThan(20);
  });

  test("a long foreign prompt comes while all read, and requests come at random where that is asked", async () => {
    const { sample } = await performed({ requests: 1, newTokens: 100, foreignWords: 300 });
    const foreign = sample.requests.find(({ client }) => client === null)!;
    expect(foreign.promptTokens).toBeGreaterThan(200);
    expect(foreign.newTokens).toBe(8);
    const own = sample.requests.filter(({ client }) => client !== null);
    expect(foreign.sentAtMs).toBeGreaterThan(Math.max(...own.map(({ pieceAtMs }) => pieceAtMs[0]!)) - 1);
    const { sample: random } = await performed({ arrivalsPerSecond: 50 });
    expect(random.requests).toHaveLength(4);
  });

  test("a server that does not start is told with its last words", async () => {
    await expect(
      performed({ arguments: ["{lab}", "serve", "--port", "{port}", "-m", "nothing:F16"] }),
    ).rejects.toThrow(/nothing/);
  });
});
