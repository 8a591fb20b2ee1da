import {
  type ChunkDivergence,
  type ChunkScore,
  type ObserveContext,
  type Observer,
  QuantlabError,
  type TextScores,
} from "@quantlab/core";
import type { TokenComparisons } from "../divergence/compare-chunk.ts";
import { scoreTokens } from "../divergence/score-tokens.ts";
import { type ChunkOptions, chunkedText } from "./chunked-text.ts";
import { canScore, type ScoringSession } from "./sequence-score.ts";
import { chunkOptions, scoreText, textFile } from "./text-scores.ts";

/**
 * The test text scored in the arm and in the reference side by side: log-likelihood as `textScores` has it, and
 * the divergence of each distribution from the reference's. The reference is opened in this process and closed
 * again; its own blocks are not compared with themselves, and diverge by 0.
 */
export const divergence: Observer = {
  id: "divergence",
  includes: ["text-scores"],
  needsReference: true,
  async observe(session, context) {
    if (!canScore(session)) return {};
    const { reference, text } = context;
    if (!reference) {
      throw new QuantlabError("NO_REFERENCE", "there is no reference to diverge from", {
        remedy: "name one in the experiment: reference: <arm>",
      });
    }
    const [file, options] = [textFile(context), chunkOptions(context)];
    if (reference.isObserved) {
      const scores = await scoreText(session, file, options, context);
      const chunks = scores.chunks.map((chunk) => ({ ...chunk, divergence: none(chunk.tokens) }));
      return { scores: { text, ...scores, reference: reference.arm, chunks } };
    }
    await using opened = await reference.open();
    if (!canScore(opened)) {
      throw new QuantlabError("NO_LOGITS", `the reference ${reference.arm} shows no logits`, {
        remedy: "take an arm of another backend as the reference: llamacpp-engine shows them",
      });
    }
    const scores = await scoreDivergence(opened, session, file, options, context);
    return { scores: { text, ...scores, reference: reference.arm } };
  },
};

/** Scores a text in two sessions in lockstep, in the reference's tokens. Throws when the arm reads it in others. */
async function scoreDivergence(
  reference: ScoringSession,
  arm: ScoringSession,
  file: string,
  options: ChunkOptions,
  { signal, alive }: ObserveContext,
): Promise<Omit<TextScores, "text" | "reference">> {
  const text = await chunkedText(reference, file, options);
  const chunks: ChunkScore[] = [];
  for await (const { bytes, compared } of scoreTokens(arm, reference, text, signal)) {
    chunks.push({ ...chunkScore(compared!), bytes });
    alive?.();
  }
  return { textSha256: text.textSha256, chunkSize: text.chunkSize, chunks };
}

function chunkScore({ logProbability, ...compared }: TokenComparisons): ChunkScore {
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
