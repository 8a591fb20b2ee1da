import { EngineError, type ScoreRequest } from "@quantlab/core";
import type { ScoringSession } from "../texts/sequence-score.ts";
import { compareRows } from "./compare-rows.ts";
import { lockstep } from "./lockstep.ts";

/** Entry i of each list is for ids[from + 1 + i], given all before it. Logarithms in nats. */
export interface TokenComparisons {
  readonly logProbability: Float64Array;
  readonly referenceLogProbability: Float64Array;
  readonly kld: Float64Array;
  /** With llama.cpp's cut. */
  readonly kldWithCut: Float64Array;
  /** 1 where both hold the same token likeliest. */
  readonly sameTop: Uint8Array;
  /** The token that the arm holds likeliest. */
  readonly top: Int32Array;
}

/**
 * Scores `ids` in both sessions at once and reduces each pair of rows as it arrives. Throws an EngineError that
 * names the position where an engine leaves a row out or gives one that is not of numbers; `where` ends its
 * sentence.
 */
export async function compareChunk(
  reference: ScoringSession,
  arm: ScoringSession,
  { ids, from }: ScoreRequest,
  signal: AbortSignal,
  where = "",
): Promise<TokenComparisons> {
  const found = emptyComparisons(ids.length - 1 - from);
  // The last token, too, though nothing follows it: see chunkLogProbabilities.
  const read = { ids, from };
  for await (const pair of lockstep(reference.score(read, signal), arm.score(read, signal))) {
    const { vocabulary } = pair;
    const rows = Math.min(pair.rows, ids.length - 1 - pair.from);
    for (let row = 0; row < rows; row++) {
      const place = pair.from + row - from;
      const offset = row * vocabulary;
      const compared = compareRows(
        { logits: pair.reference, offset },
        { logits: pair.arm, offset },
        vocabulary,
        ids[pair.from + row + 1]!,
      );
      found.logProbability[place] = compared.logProbability;
      found.referenceLogProbability[place] = compared.referenceLogProbability;
      found.kld[place] = compared.kld;
      found.kldWithCut[place] = compared.kldWithCut;
      found.sameTop[place] = Number(compared.sameTop);
      found.top[place] = compared.top;
    }
  }
  const at = (index: number) => `at position ${from + index}${where}`;
  refuse(reference, found.referenceLogProbability, (index) => `gave no usable logits ${at(index)}`);
  refuse(arm, found.logProbability, (index) => `gave no usable logits ${at(index)}`);
  refuse(arm, found.kld, (index) => `gave a token that the reference expects no probability ${at(index)}`);
  return found;
}

function emptyComparisons(tokens: number): TokenComparisons {
  const unknown = () => new Float64Array(tokens).fill(Number.NaN);
  return {
    logProbability: unknown(),
    referenceLogProbability: unknown(),
    kld: unknown(),
    kldWithCut: unknown(),
    sameTop: new Uint8Array(tokens),
    top: new Int32Array(tokens),
  };
}

function refuse(session: ScoringSession, values: Float64Array, problem: (index: number) => string): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw new EngineError(session.engine.name, problem(index));
}
