import type { ChunkDivergence, ChunkScore, TextScores } from "../scores.ts";
import { type ChunkOptions, chunkedText } from "../texts/chunked-text.ts";
import type { ScoringSession } from "../texts/sequence-score.ts";
import { type Listening, scoreText } from "../texts/text-scores.ts";
import type { TokenComparisons } from "./compare-chunk.ts";
import { scoreTokens } from "./score-tokens.ts";

/**
 * Scores a text in two sessions in lockstep, in the reference's tokens: log-likelihood as `scoreText` has it, and the
 * divergence of each distribution from the reference's. Throws when the arm reads the text in other tokens.
 */
export async function scoreDivergence(
  reference: ScoringSession,
  arm: ScoringSession,
  file: string,
  options: ChunkOptions,
  { signal, alive }: Listening,
): Promise<TextScores> {
  const text = await chunkedText(reference, file, options);
  const chunks: ChunkScore[] = [];
  for await (const { bytes, compared } of scoreTokens(arm, reference, text, signal)) {
    chunks.push({ ...chunkScore(compared!), bytes });
    alive?.();
  }
  return { textSha256: text.textSha256, chunkSize: text.chunkSize, chunks };
}

/** The reference's own scores: it is not compared with itself, and diverges by 0. */
export async function scoreReference(...scored: Parameters<typeof scoreText>): Promise<TextScores> {
  const scores = await scoreText(...scored);
  return { ...scores, chunks: scores.chunks.map((chunk) => ({ ...chunk, divergence: none(chunk.tokens) })) };
}

function chunkScore({ logProbability, ...compared }: TokenComparisons): Omit<ChunkScore, "bytes"> {
  let [negativeLogLikelihood, squaredDeltaP, sameTop] = [0, 0, 0];
  for (const [index, log] of logProbability.entries()) {
    negativeLogLikelihood -= log;
    squaredDeltaP += (Math.exp(log) - Math.exp(compared.referenceLogProbability[index]!)) ** 2;
    sameTop += compared.sameTop[index]!;
  }
  const kld = Array.from(compared.kld, (value) => Number(value.toPrecision(6)));
  return {
    tokens: logProbability.length,
    negativeLogLikelihood,
    divergence: { kld, sameTop, squaredDeltaP },
  };
}

function none(tokens: number): ChunkDivergence {
  return { kld: new Array<number>(tokens).fill(0), sameTop: tokens, squaredDeltaP: 0 };
}
