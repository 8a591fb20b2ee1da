import type { Session } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { model } from "@quantlab/model-store";
import { textScores } from "@quantlab/shared-metrics";
import {
  type Answer,
  allLogits,
  greedyAnswers,
  logitError,
  partings,
  questions,
  testTextPerplexity,
} from "@quantlab/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mlx, mlxModel } from "../src/index.ts";

const never = new AbortController().signal;
const newTokens = 64;

let ours: Session;
let theirs: Session;
let answers: Answer[];
let reference: Answer[];

beforeAll(async () => {
  await mlx().prepare!();
  ours = await mlx().load(await mlxModel("sprout", "mlx-float32").resolve(), never);
  // Float32 against float32: the weights of the file, and what the cache holds.
  const engine = llamacppEngine({ threads: 2, gpu: false, kvCacheTypes: ["f32", "f32"] });
  theirs = await engine.load(await model("sprout", "F32").resolve(), never);
  answers = await greedyAnswers(ours, newTokens);
  reference = await greedyAnswers(theirs, newTokens);
}, 900_000);
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await theirs?.[Symbol.asyncDispose]();
});

test("both write and read the prompts alike", () => {
  const prompts = (all: readonly Answer[]) => all.map(({ text, promptIds }) => ({ text, promptIds }));
  expect(prompts(answers)).toEqual(prompts(reference));
});

test(`${questions.length} greedy answers of ${newTokens} tokens agree, or part where two logits are within 0.001`, async () => {
  expect(answers.map(({ ids }) => ids.length)).toEqual(questions.map(() => newTokens));
  const parted = await partings(theirs, reference, answers);
  const wide = parted.filter(({ gap }) => !(gap < 1e-3));
  expect(wide, "answers that part, with the gap between the two best logits there").toEqual([]);
});

test("equal tokens read as equal texts", () => {
  for (const [index, { ids, written }] of answers.entries()) {
    if (ids.every((id, at) => id === reference[index]!.ids[at]))
      expect(written).toBe(reference[index]!.written);
  }
});

// Its first chunks: MLX scores sixty tokens a second on a CPU.
test("perplexity of the test text agrees within 0.1%", { timeout: 900_000 }, async () => {
  const here = await testTextPerplexity(textScores, ours, { quick: true });
  const there = await testTextPerplexity(textScores, theirs, { quick: true });
  expect(Math.abs(here / there - 1)).toBeLessThan(0.001);
});

test.each([
  "Special <|im_end|> tokens in a text",
  " leading and trailing  spaces ",
  "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. 🦊",
  "",
])("both read %j alike, with and without special tokens", async (text) => {
  for (const special of [true, false])
    expect(await ours.tokenize(text, { special })).toEqual(await theirs.tokenize(text, { special }));
});

// Bounds are a few times what was measured: 0.0034, 0.030, 0.028 and 0.48.
test.each([
  ["mlx-float16", 0.01],
  ["mlx-bfloat16", 0.1],
  ["mlx-8bit-g64-float32", 0.1],
  ["mlx-4bit-g64-float32", 1.5],
])("the logits of %s are those of float32 but for its rounding", async (name, bound) => {
  await using session = await mlx().load(await mlxModel("sprout", name).resolve(), never);
  const ids = Int32Array.of(...reference[0]!.promptIds, ...reference[0]!.ids);
  const { rms } = logitError(await allLogits(session, ids), await allLogits(theirs, ids));
  expect(rms).toBeGreaterThan(0);
  expect(rms).toBeLessThan(bound);
});
