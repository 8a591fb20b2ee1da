import { plainText, promptText, type TextSession } from "@quantlab/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, greedyAnswers, partings } from "./greedy-parity.ts";
import { testTextPerplexity } from "./perplexity.ts";
import { questions } from "./questions.ts";

export interface Parity {
  /** The engine in question with float32 weights. */
  readonly open: () => Promise<TextSession>;
  /** llama.cpp with the same weights and a cache of float32. */
  readonly openReference: () => Promise<TextSession>;
  /** Score so many chunks of the text only, where the engine takes its time. */
  readonly chunks?: number;
}

/** What the tests hold while they run. */
export interface ParitySides {
  readonly session: TextSession;
  readonly reference: TextSession;
  readonly answers: readonly Answer[];
  readonly referenceAnswers: readonly Answer[];
}

const newTokens = 64;
const texts = [
  "Special <|im_end|> tokens in a text",
  " leading and trailing  spaces ",
  "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. 🦊",
  "",
];

/**
 * Declares the tests that every engine has: on the shipped model it reads, writes, answers and scores as llama.cpp does.
 * Returns what further tests of the same file may ask.
 */
export function testParity({ open, openReference, chunks }: Parity): () => ParitySides {
  const opened: TextSession[] = [];
  let sides: ParitySides;
  beforeAll(async () => {
    const session = await open();
    opened.push(session);
    const reference = await openReference();
    opened.push(reference);
    const answers = await greedyAnswers(session, newTokens);
    sides = { session, reference, answers, referenceAnswers: await greedyAnswers(reference, newTokens) };
  }, 900_000);
  afterAll(async () => {
    for (const session of opened) await session[Symbol.asyncDispose]();
  });

  test("both write and read the prompts alike", () => {
    const prompts = (all: readonly Answer[]) => all.map(({ text, promptIds }) => ({ text, promptIds }));
    expect(prompts(sides.answers)).toEqual(prompts(sides.referenceAnswers));
  });

  test(`${questions.length} greedy answers of ${newTokens} tokens agree, or part where two logits are within 0.001`, async () => {
    const { answers, reference, referenceAnswers } = sides;
    expect(answers.map(({ ids }) => ids.length)).toEqual(questions.map(() => newTokens));
    const parted = await partings(reference, referenceAnswers, answers);
    const wide = parted.filter(({ gap }) => !(gap < 1e-3));
    expect(wide, "answers that part, with the gap between the two best logits there").toEqual([]);
  });

  test("equal tokens read as equal texts", () => {
    for (const [index, { ids, written }] of sides.answers.entries()) {
      const other = sides.referenceAnswers[index]!;
      if (ids.every((id, at) => id === other.ids[at])) expect(written).toBe(other.written);
    }
  });

  test("perplexity of the test text agrees within 0.1%", { timeout: 900_000 }, async () => {
    const scored = chunks === undefined ? {} : { chunks };
    const here = await testTextPerplexity(sides.session, scored);
    const there = await testTextPerplexity(sides.reference, scored);
    expect(Math.abs(here / there - 1)).toBeLessThan(0.001);
  });

  test.each(texts)("both read %j alike, with and without special tokens", async (text) => {
    for (const options of [promptText, plainText, { bos: false, special: false }])
      expect(await sides.session.tokenize(text, options)).toEqual(
        await sides.reference.tokenize(text, options),
      );
  });
  return () => sides;
}
