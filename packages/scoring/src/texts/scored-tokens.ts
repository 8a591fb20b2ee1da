import { type LogitRows, unusableLogits } from "@quantlab/core";
import { logProbabilities } from "../kernel/log-softmax.ts";
import type { ScoringSession } from "./sequence-score.ts";

export interface TokenChance {
  readonly id: number;
  /** ln p, in nats. */
  readonly logProbability: number;
}

/** A token of a sequence, and the likeliest that could have stood in its place. */
export interface ScoredToken extends TokenChance {
  /** The likeliest first. */
  readonly likeliest: readonly TokenChance[];
}

/**
 * Each token after position `from`, given all before it, with the `most` likeliest in its place. One pass over `ids` as a
 * fresh sequence. Throws an EngineError when the engine leaves a position out, or gives one that is not a number.
 */
export async function scoredTokens(
  session: Pick<ScoringSession, "engine" | "score">,
  { ids, from }: { readonly ids: Int32Array; readonly from: number },
  most: number,
  signal: AbortSignal,
): Promise<ScoredToken[]> {
  const tokens: ScoredToken[] = [];
  // The last token predicts nothing that is there.
  for await (const part of session.score({ ids: ids.subarray(0, -1), from }, signal)) {
    for (let row = 0; row < part.logits.length / part.vocabulary; row++)
      tokens.push(scoredToken(part, row, ids[part.from + row + 1]!, most));
  }
  const broken = tokens.findIndex(({ logProbability }) => !Number.isFinite(logProbability));
  const missing = broken < 0 && tokens.length < ids.length - 1 - from ? tokens.length : broken;
  if (missing >= 0) throw unusableLogits(session.engine.name, from + missing);
  return tokens;
}

function scoredToken({ logits, vocabulary }: LogitRows, row: number, id: number, most: number): ScoredToken {
  const offset = row * vocabulary;
  const of = logProbabilities(logits, offset, vocabulary);
  // The same figure wherever a token stands: readers compare them.
  const chance = (each: number): TokenChance => ({ id: each, logProbability: of(each) });
  return {
    ...chance(id),
    likeliest: likeliest(logits.subarray(offset, offset + vocabulary), most).map(chance),
  };
}

/** Ids of the largest logits, the largest first; of equal ones the lower id. */
function likeliest(row: Float32Array, most: number): number[] {
  const found: number[] = [];
  for (let id = 0; id < row.length && most > 0; id++) {
    if (found.length === most && row[id]! <= row[found.at(-1)!]!) continue;
    const place = found.findIndex((other) => row[id]! > row[other]!);
    found.splice(place < 0 ? found.length : place, 0, id);
    found.length = Math.min(found.length, most);
  }
  return found;
}
