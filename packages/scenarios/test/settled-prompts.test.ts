import {
  type Json,
  type ReadyArm,
  type ReadySubject,
  type SettleContext,
  sha256,
  UsageError,
} from "@quantlab/core";
import { expect, test } from "vitest";
import { generate } from "../src/generate/scenario.ts";
import type { Workload } from "../src/generate/workload.ts";

const context: SettleContext = {
  signal: new AbortController().signal,
  baseline: "one",
  reference: null,
  silenceMs: 60_000,
};
/** Tokens that may be any: no tokenizer is asked. What one reads is tested with real processes, in the runner. */
const armOf = (
  name: string,
  id: string,
  changes: Partial<Workload>,
  options: Record<string, Json> = {},
  parameters = 5e6,
): ReadyArm<Workload> => ({
  name,
  subject: {
    subject: { engine: "any", options },
    model: { ref: { id }, parameters },
  } as unknown as ReadySubject,
  workload: { prompt: { tokens: 8 }, newTokens: 2, ...changes },
});
const settle = (...arms: ReadyArm<Workload>[]) => generate.settle!(arms, context);

test("any tokens are as many as were asked, the same for every arm, and no text", async () => {
  const [one, two] = await settle(armOf("one", "a", {}), armOf("two", "b", {}));
  expect(one?.settled.promptIds).toHaveLength(8);
  expect(two).toEqual(one);
  expect(one?.workload).toEqual({
    prompt: { tokens: 8 },
    newTokens: 2,
    promptTokens: 8,
    promptIdsSha256: sha256(Int32Array.from(one?.settled.promptIds ?? [])),
  });
});

test("filler stands in front of a prompt that is not as deep as it should be", async () => {
  const [plain, deep] = await settle(armOf("one", "a", {}), armOf("two", "a", { depth: 20 }));
  expect(deep?.settled.promptIds).toHaveLength(20);
  expect(deep?.settled.promptIds.slice(-8)).toEqual(plain?.settled.promptIds);
  expect(deep?.workload).toMatchObject({ depth: 20, promptTokens: 20 });
  expect(deep?.workload.promptIdsSha256).not.toBe(plain?.workload.promptIdsSha256);
});

test("what stands in the cache is in front of the prompt, and no part of it", async () => {
  const [plain, deep] = await settle(armOf("one", "a", {}), armOf("two", "a", { cachedTokens: 30 }));
  expect(deep?.settled.promptIds).toHaveLength(38);
  expect(deep?.settled.promptIds.slice(-8)).toEqual(plain?.settled.promptIds);
  expect(deep?.workload).toMatchObject({ cachedTokens: 30, promptTokens: 8 });
  const tight = settle(armOf("one", "a", { cachedTokens: 30 }, { contextSize: 39 }));
  await expect(tight).rejects.toThrow("38 tokens of prompt and 2 new ones do not fit a context of 39");
});

test("a depth smaller than the prompt is refused with what would do", async () => {
  const settled = settle(armOf("one", "a", { depth: 7 }));
  await expect(settled).rejects.toThrow(UsageError);
  await expect(settled).rejects.toMatchObject({
    message: "one: the prompt has 8 tokens, and depth is 7",
    remedy: "set depth to 8 or more, or leave it out",
  });
});

test("a context that does not hold prompt and answer is refused with what would", async () => {
  const settled = settle(armOf("one", "a", {}), armOf("two", "a", {}, { contextSize: 9 }));
  await expect(settled).rejects.toThrow(UsageError);
  await expect(settled).rejects.toMatchObject({
    message: "two: 8 tokens of prompt and 2 new ones do not fit a context of 9",
    remedy: "set --context, or contextSize in the experiment, to 10 or more",
  });
  expect(await settle(armOf("one", "a", {}, { contextSize: 10 }))).toHaveLength(1);
});

test("a large model is timed as deep in its context as is said for such", async () => {
  const changes = { cachedTokens: 30, large: { cachedTokens: 90 } };
  const [small] = await settle(armOf("one", "a", changes));
  expect(small?.workload).toMatchObject({ cachedTokens: 30, promptTokens: 8 });
  expect(small?.settled.promptIds).toHaveLength(38);
  const [large] = await settle(armOf("one", "a", changes, {}, 135e6));
  expect(large?.workload).toMatchObject({ cachedTokens: 90, promptTokens: 8 });
  expect(large?.settled.promptIds).toHaveLength(98);
  for (const arm of [small, large]) expect(arm?.workload).not.toHaveProperty("large");
});
