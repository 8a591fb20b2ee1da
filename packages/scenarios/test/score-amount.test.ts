import type { ReadyArm, SettleContext } from "@quantlab/core";
import { expect, test } from "vitest";
import { type ScoreWorkload, scenarioNamed } from "../src/index.ts";

const context: SettleContext = {
  signal: new AbortController().signal,
  baseline: "one",
  silenceMs: 1000,
  reference: null,
};
const asked = { chunks: 64, items: 240, large: { chunks: 32 } };

/** What arms of models with so many parameters are asked. */
async function settled(...parameters: readonly number[]) {
  const arms = parameters.map(
    (count, index) =>
      ({
        name: `arm${index}`,
        subject: { model: { parameters: count } },
        workload: asked,
      }) as unknown as ReadyArm<ScoreWorkload>,
  );
  const found = await scenarioNamed("score").settle!(arms as never, context);
  return found.map(({ workload }) => workload);
}

test("a large model is asked less, and the run says how much", async () => {
  expect(await settled(5e6)).toEqual([{ chunks: 64, items: 240 }]);
  expect(await settled(135e6)).toEqual([{ chunks: 32, items: 240 }]);
  expect(scenarioNamed("score").describe({ chunks: 32 })).toBe(
    "Quality is of the first 32 chunks of the text sprout-test@1.",
  );
});

test("all arms are asked the same, so that they can be paired", async () => {
  expect(await settled(5e6, 135e6)).toEqual([
    { chunks: 32, items: 240 },
    { chunks: 32, items: 240 },
  ]);
});

test("a quick look is no longer than the smaller amount", () => {
  expect(scenarioNamed("score").quick({ ...asked, large: { chunks: 2 } })).toEqual({
    chunks: 8,
    items: 20,
    large: { chunks: 2, items: 20 },
  });
  expect(scenarioNamed("score").quick({})).toEqual({ chunks: 8, items: 20 });
});

test("a large model may get longer chunks, also in a first look, and the run says what counts of them", () => {
  const deep = { chunkSize: 1024, chunks: 16, everyToken: true, large: { chunkSize: 8192, chunks: 2 } };
  expect(scenarioNamed("score").quick(deep)).toMatchObject({
    chunkSize: 1024,
    chunks: 8,
    large: { chunkSize: 8192, chunks: 2 },
  });
  expect(scenarioNamed("score").describe({ chunkSize: 8192, chunks: 2, everyToken: true })).toBe(
    "Quality is of the first 2 chunks of 8192 tokens, every token of them, of the text sprout-test@1.",
  );
});
