import type { Session } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { model } from "@quantlab/model-store";
import { textScores } from "@quantlab/shared-metrics";
import { type Answer, greedyAnswers, partings, questions, testTextPerplexity } from "@quantlab/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { transformersCpu } from "../src/index.ts";

const never = new AbortController().signal;
const newTokens = 64;

let ours: Session;
let theirs: Session;
let answers: Answer[];
let reference: Answer[];

beforeAll(async () => {
  const backend = transformersCpu({ threads: 1 });
  await backend.prepare!();
  ours = await backend.load(await model("sprout", "float32").resolve(), never);
  // Float32 against float32: the weights of the file, and what the cache holds.
  const engine = llamacppEngine({ threads: 1, gpu: false, kvCacheTypes: ["f32", "f32"] });
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
  expect(
    parted.filter(({ gap }) => !(gap < 1e-3)),
    "answers that part, with the gap between the two best logits there",
  ).toEqual([]);
});

test("equal tokens read as equal texts", () => {
  for (const [index, { ids, written }] of answers.entries()) {
    if (ids.every((id, at) => id === reference[index]!.ids[at]))
      expect(written).toBe(reference[index]!.written);
  }
});

test("perplexity of the test text agrees within 0.1%", { timeout: 900_000 }, async () => {
  const [here, there] = [
    await testTextPerplexity(textScores, ours, { quick: false }),
    await testTextPerplexity(textScores, theirs, { quick: false }),
  ];
  expect(Math.abs(here / there - 1)).toBeLessThan(0.001);
});

test.each([
  "Special <|im_end|> tokens in a text",
  " leading and trailing  spaces ",
  "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. 🦊",
  "",
])("both read %j alike, with and without special tokens", async (text) => {
  for (const special of [true, false]) {
    expect(await ours.tokenize(text, { special })).toEqual(await theirs.tokenize(text, { special }));
  }
});
