import path from "node:path";
import { BadFileError, type Observer, repositoryRoot, sha256, type TextScores, texts } from "@quantlab/core";
import { CHUNK_SIZE, chunksOf, FIRST_SCORED } from "./chunks.ts";
import { readText } from "./read-text.ts";
import { canScore, type ScoringSession, tokenLogProbabilities } from "./sequence-score.ts";

/** Chunks of a quick look. */
const QUICK_CHUNKS = 8;

/** Log-likelihood of the test text by llama-perplexity's protocol. An engine without logits gives no scores. */
export const textScores: Observer = {
  id: "text-scores",
  async observe(session, { text, chunks = Number.POSITIVE_INFINITY, quick, signal }) {
    if (!canScore(session)) return {};
    const file = path.join(repositoryRoot, texts[text]);
    const scores = await scoreText(session, file, quick ? Math.min(chunks, QUICK_CHUNKS) : chunks, signal);
    return { scores: { text, ...scores } };
  },
};

/**
 * Scores the first `most` chunks of a text, or all: 512 tokens each, BOS first, of which the 255 tokens after
 * position 256 count. Throws a BadFileError for a text that is missing or shorter than two chunks, the least
 * that llama-perplexity takes.
 */
export async function scoreText(
  session: ScoringSession,
  file: string,
  most: number,
  signal: AbortSignal,
): Promise<Omit<TextScores, "text">> {
  const text = await readText(file);
  const ids = await session.tokenize(text, { special: true });
  if (ids.length < 2 * CHUNK_SIZE) {
    const remedy = `perplexity needs at least ${2 * CHUNK_SIZE}: take a longer text`;
    throw new BadFileError(file, `has ${ids.length} tokens`, remedy);
  }
  const [bos = null] = await session.tokenize("", { special: true });
  const chunks: TextScores["chunks"][number][] = [];
  for (const chunk of chunksOf(ids, bos, most)) {
    const logs = await tokenLogProbabilities(session, { ids: chunk, from: FIRST_SCORED }, signal);
    const negativeLogLikelihood = -logs.reduce((total, log) => total + log, 0);
    chunks.push({ tokens: logs.length, negativeLogLikelihood, divergence: null });
  }
  return { textSha256: sha256(text), chunkSize: CHUNK_SIZE, chunks };
}
