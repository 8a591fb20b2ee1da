import path from "node:path";
import {
  type ChunkScore,
  type ObserveContext,
  type Observer,
  repositoryRoot,
  type TextScores,
  texts,
} from "@quantlab/core";
import { type ChunkOptions, chunkedText, scoredBytes } from "./chunked-text.ts";
import { firstScored } from "./chunks.ts";
import { canScore, type ScoringSession, tokenLogProbabilities } from "./sequence-score.ts";

/** Chunks of a quick look. */
const QUICK_CHUNKS = 8;

/** Log-likelihood of the test text by llama-perplexity's protocol. An engine without logits gives no scores. */
export const textScores: Observer = {
  id: "text-scores",
  async observe(session, context) {
    if (!canScore(session)) return {};
    const scores = await scoreText(session, textFile(context), chunkOptions(context), context);
    return { scores: { text: context.text, ...scores } };
  },
};

export function textFile({ text }: ObserveContext): string {
  return path.join(repositoryRoot, texts[text]);
}

export function chunkOptions({ quick, chunks = Number.POSITIVE_INFINITY }: ObserveContext): ChunkOptions {
  return { most: quick ? Math.min(chunks, QUICK_CHUNKS) : chunks };
}

/**
 * Scores a text chunk by chunk: BOS first, and of 512 tokens the 255 after position 256 count. Throws what
 * `chunkedText` and `tokenLogProbabilities` throw.
 */
export async function scoreText(
  session: ScoringSession,
  file: string,
  options: ChunkOptions,
  { signal, alive }: Pick<ObserveContext, "signal" | "alive">,
): Promise<Omit<TextScores, "text">> {
  const { textSha256, chunkSize, chunks } = await chunkedText(session, file, options);
  const scored: ChunkScore[] = [];
  for (const [index, ids] of chunks.entries()) {
    const request = { ids, from: firstScored(chunkSize) };
    const logs = await tokenLogProbabilities(session, request, signal, ` of chunk ${index + 1}`);
    const negativeLogLikelihood = -logs.reduce((total, log) => total + log, 0);
    const bytes = await scoredBytes(session, ids);
    scored.push({ tokens: logs.length, bytes, negativeLogLikelihood, divergence: null });
    alive?.();
  }
  return { textSha256, chunkSize, chunks: scored };
}
