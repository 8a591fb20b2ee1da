import { scoreTokens } from "../divergence/score-tokens.ts";
import type { ChunkScore, TextScores } from "../scores.ts";
import { type ChunkOptions, chunkedText } from "./chunked-text.ts";
import type { ScoringSession } from "./sequence-score.ts";

/** Who scores a text may cancel, and hears a sign of life after each chunk. */
export interface Listening {
  readonly signal: AbortSignal;
  readonly alive?: () => void;
}

/**
 * Scores a text chunk by chunk by llama-perplexity's protocol: BOS first, and of 512 tokens the 255 after position 256
 * count, unless the options say otherwise. Throws what `chunkedText` and `scoreTokens` throw.
 */
export async function scoreText(
  session: ScoringSession,
  file: string,
  options: ChunkOptions,
  { signal, alive }: Listening,
): Promise<TextScores> {
  const text = await chunkedText(session, file, options);
  const chunks: ChunkScore[] = [];
  for await (const { bytes, logProbability } of scoreTokens(session, null, text, signal)) {
    const negativeLogLikelihood = -logProbability.reduce((total, log) => total + log, 0);
    chunks.push({ tokens: logProbability.length, bytes, negativeLogLikelihood, divergence: null });
    alive?.();
  }
  return { textSha256: text.textSha256, chunkSize: text.chunkSize, chunks };
}
