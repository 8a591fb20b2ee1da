import path from "node:path";
import {
  type ChunkScore,
  type ObserveContext,
  type Observer,
  repositoryRoot,
  type TextScores,
  texts,
} from "@quantlab/core";
import { scoreTokens } from "../divergence/score-tokens.ts";
import { type ChunkOptions, chunkedText } from "./chunked-text.ts";
import { canScore, type ScoringSession } from "./sequence-score.ts";

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
 * `chunkedText` and `scoreTokens` throw.
 */
export async function scoreText(
  session: ScoringSession,
  file: string,
  options: ChunkOptions,
  { signal, alive }: Pick<ObserveContext, "signal" | "alive">,
): Promise<Omit<TextScores, "text">> {
  const text = await chunkedText(session, file, options);
  const chunks: ChunkScore[] = [];
  for await (const { bytes, logProbability } of scoreTokens(session, null, text, signal)) {
    const negativeLogLikelihood = -logProbability.reduce((total, log) => total + log, 0);
    chunks.push({ tokens: logProbability.length, bytes, negativeLogLikelihood, divergence: null });
    alive?.();
  }
  return { textSha256: text.textSha256, chunkSize: text.chunkSize, chunks };
}
