import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repositoryRoot, type TextSession } from "../packages/core/src/index.ts";
import { llamacppEngine } from "../packages/llamacpp/src/index.ts";
import { model } from "../packages/model-store/src/index.ts";
import {
  canScore,
  checkSameTokens,
  chunkedText,
  compareChunk,
  type ScoringSession,
  scoreDivergence,
  scoredBytes,
  scoreReference,
  scoreText,
} from "../packages/scoring/src/index.ts";

const signal = new AbortController().signal;
const engine = llamacppEngine({ threads: 1, gpu: false });
const text = path.join(repositoryRoot, "models/sprout/text/test.txt");

const few = { most: 8 };

let large: ScoringSession;
let small: ScoringSession;
let folder: string;

async function open(quantization: string): Promise<ScoringSession> {
  const session = await engine.load(await model("sprout", quantization).resolve(), signal);
  if (!canScore(session)) throw new Error("the engine shows no logits");
  return session;
}

beforeAll(async () => {
  [large, small] = [await open("F16"), await open("Q2_K")];
  folder = await mkdtemp(path.join(tmpdir(), "divergence-"));
});
afterAll(async () => {
  await large[Symbol.asyncDispose]();
  await small[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function methodsOf(
  session: TextSession,
): Pick<TextSession, "tokenize" | "detokenize"> & { score: NonNullable<TextSession["score"]> } {
  return {
    tokenize: (...values) => session.tokenize(...values),
    detokenize: (ids) => session.detokenize(ids),
    score: (...values) => session.score!(...values),
  };
}

describe("divergence", () => {
  test("gives in one pass the scores of the arm and how far it is from the reference", async () => {
    const scores = await scoreDivergence(large, small, text, few, { signal });
    const plain = await scoreText(small, text, few, { signal });
    expect(scores.chunks).toHaveLength(8);
    for (const [index, chunk] of scores.chunks.entries()) {
      const { negativeLogLikelihood, ...same } = plain.chunks[index]!;
      expect(chunk).toMatchObject({ tokens: same.tokens, bytes: same.bytes });
      expect(chunk.negativeLogLikelihood).toBeCloseTo(negativeLogLikelihood, 2);
      expect(chunk.divergence!.kld).toHaveLength(255);
    }
    const values = scores.chunks.flatMap(({ divergence }) => divergence!.kld);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeGreaterThan(0.001);
    expect(mean).toBeLessThan(0.5);
    const agreement =
      scores.chunks.reduce((sum, { divergence }) => sum + divergence!.sameTop, 0) / values.length;
    expect(agreement).toBeGreaterThan(0.8);
    expect(agreement).toBeLessThan(1);
  });

  test("of a model from itself is 0 in every token", async () => {
    await using again = await open("F16");
    const { chunks } = await scoreDivergence(large, again, text, few, { signal });
    expect(chunks.every(({ divergence }) => divergence!.kld.every((value) => value === 0))).toBe(true);
    const own = await scoreReference(large, text, few, { signal });
    expect(own.chunks[0]!.divergence).toEqual(chunks[0]!.divergence);
  });

  test("by hand, from all logits of a chunk at once", async () => {
    const { chunks } = await chunkedText(large, text, { chunkSize: 64, most: 2 });
    const ids = chunks[1]!;
    const found = await compareChunk(large, small, { ids, from: 32 }, signal);
    const rows = async (session: ScoringSession) => {
      const all: number[][] = [];
      for await (const { vocabulary, logits } of session.score({ ids, from: 32 }, signal)) {
        for (let at = 0; at < logits.length; at += vocabulary)
          all.push([...logits.subarray(at, at + vocabulary)]);
      }
      return all;
    };
    const softmax = (row: readonly number[]) => {
      const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
      return row.map((logit) => Math.exp(logit) / total);
    };
    const [base, mine] = [(await rows(large)).map(softmax), (await rows(small)).map(softmax)];
    for (const [index, kld] of found.kld.entries()) {
      const plain = base[index]!.reduce((sum, p, token) => sum + p * Math.log(p / mine[index]![token]!), 0);
      expect(kld).toBeCloseTo(plain, 5);
      expect(found.logProbability[index]).toBeCloseTo(Math.log(mine[index]![ids[33 + index]!]!), 5);
    }
  });

  test("names the position where a logit is not a number", async () => {
    const { chunks } = await chunkedText(large, text, { chunkSize: 64, most: 1 });
    const broken = {
      ...methodsOf(small),
      engine: small.engine,
      async *score(request: Parameters<ScoringSession["score"]>[0]) {
        for await (const part of small.score(request, signal)) {
          part.logits[(40 - part.from) * part.vocabulary + 7] = Number.NaN;
          yield part;
        }
      },
    } as unknown as ScoringSession;
    const request = { ids: chunks[0]!, from: 32 };
    await expect(compareChunk(large, broken, request, signal, " of chunk 1")).rejects.toThrow(
      "llama.cpp: gave no usable logits at position 40 of chunk 1",
    );
    await expect(compareChunk(broken, large, request, signal)).rejects.toThrow("position 40");
  });

  test("refuses an arm with another vocabulary: of other tokens, or of another size", async () => {
    const other = {
      ...methodsOf(small),
      engine: small.engine,
      tokenize: async (...asked: Parameters<TextSession["tokenize"]>) =>
        (await small.tokenize(...asked)).map((id) => (id === 300 ? 301 : id)),
    } as unknown as ScoringSession;
    await expect(scoreDivergence(large, other, text, few, { signal })).rejects.toThrow(
      /is other tokens to the reference than to this model, from token \d+ on: 300 there, 301 here/,
    );
    const smaller = {
      ...methodsOf(small),
      engine: small.engine,
      async *score(...asked: Parameters<ScoringSession["score"]>) {
        for await (const part of small.score(...asked)) yield { ...part, vocabulary: part.vocabulary / 2 };
      },
    } as unknown as ScoringSession;
    await expect(scoreDivergence(large, smaller, text, few, { signal })).rejects.toThrow(
      "the reference has a vocabulary of 2048 tokens, this model one of 1024",
    );
  });

  test("refuses a text that the two read in other tokens", async () => {
    const read = await chunkedText(large, text);
    const ids = read.ids.slice();
    ids[1000]! += 1;
    await checkSameTokens(small, read);
    await expect(checkSameTokens(small, { ...read, ids })).rejects.toThrow(
      /from token 1000 on: \d+ there, \d+ here/,
    );
    const cut = { ...read, ids: read.ids.subarray(0, 1000) };
    await expect(checkSameTokens(small, cut)).rejects.toThrow(/from token 1000 on: its end there/);
  });
});

test("the bytes of a chunk's scored tokens are those of their text", async () => {
  const file = path.join(folder, "text.txt");
  await writeFile(file, "The cat sat on the mat, and the dog did not. ".repeat(12));
  const { chunks, content, from } = await chunkedText(large, file, { chunkSize: 64 });
  const written = await large.detokenize(chunks[0]!.subarray(1));
  const bytes = await scoredBytes(large, chunks[0]!, from);
  const before = await large.detokenize(chunks[0]!.subarray(1, 33));
  expect(written.startsWith(before)).toBe(true);
  expect(content).toContain(written.slice(before.length));
  expect(bytes).toBe(written.length - before.length);
});
