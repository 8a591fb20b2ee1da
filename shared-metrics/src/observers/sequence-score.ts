import { EngineError, type Session } from "@quantlab/core";
import { logProbability } from "../statistics/log-softmax.ts";

/** A session whose engine shows logits. */
export type ScoringSession = Session & Required<Pick<Session, "score">>;

/** Can this session score? The API of some engines shows no logits. */
export function canScore(session: Session): session is ScoringSession {
  return session.score !== undefined;
}

/**
 * ln p of each token after position `from`, given all before it, in nats: entry i is for ids[from + 1 + i]. One pass over
 * `ids` as a fresh sequence; every part of the logits is reduced as it arrives, for the next one may overwrite it.
 * Throws an EngineError when the engine leaves a position out or gives one that is not a number.
 */
export async function tokenLogProbabilities(
  session: ScoringSession,
  ids: Int32Array,
  from: number,
  signal: AbortSignal,
): Promise<Float64Array> {
  const result = new Float64Array(ids.length - 1 - from).fill(Number.NaN);
  for await (const { from: start, vocabulary, logits } of session.score({ ids, from }, signal)) {
    signal.throwIfAborted();
    // The row of the last position predicts a token that is not there.
    const end = Math.min(start + logits.length / vocabulary, ids.length - 1);
    for (let position = start; position < end; position++) {
      const token = ids[position + 1]!;
      result[position - from] = logProbability(logits, (position - start) * vocabulary, vocabulary, token);
    }
  }
  const missing = result.findIndex(Number.isNaN);
  if (missing >= 0) {
    throw new EngineError(session.engine.name, `gave no usable logits at position ${from + missing}`);
  }
  return result;
}
