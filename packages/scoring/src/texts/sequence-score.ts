import {
  type LogitRows,
  type ScoreRequest,
  type Session,
  type TextSession,
  unusableLogits,
} from "@quantlab/core";
import { logProbability } from "../kernel/log-softmax.ts";

/** A session whose engine shows logits. */
export type ScoringSession = TextSession & Required<Pick<Session, "score">>;

/** Can this session score? The API of some engines shows no logits. */
export function canScore(session: Session): session is ScoringSession {
  return session.score !== undefined && session.tokenize !== undefined;
}

/** A session that tells how likely a text is, by its logits or by itself. */
export type ChoosingSession = TextSession & (ScoringSession | Required<Pick<Session, "likelihoods">>);

/** Can this session choose between texts? */
export function canChoose(session: Session): session is ChoosingSession {
  return canScore(session) || (session.likelihoods !== undefined && session.tokenize !== undefined);
}

/**
 * ln p of each token after position `from`, given all before it, in nats: entry i is for ids[from + 1 + i].
 * One pass over `ids` as a fresh sequence, without its last token, which predicts nothing that is there;
 * `prefixFirst` as in a ScoreRequest. Throws an EngineError when the engine leaves a position out, or gives one
 * that is not a number or holds its token impossible.
 */
export async function tokenLogProbabilities(
  session: Pick<ScoringSession, "engine" | "score">,
  request: ScoreRequest,
  signal: AbortSignal,
): Promise<Float64Array> {
  const { ids, from } = request;
  const read = { ...request, ids: ids.subarray(0, -1) };
  return usable(session, from, await reduceRows(session.score(read, signal), ids, from));
}

/**
 * The same for a chunk of a text, its last token included: engines compute rows by fours and more, and a whole chunk
 * is then computed as in llama-perplexity, to the last bit. `where` ends an error's sentence.
 */
export async function chunkLogProbabilities(
  session: ScoringSession,
  { ids, from }: ScoreRequest,
  signal: AbortSignal,
  where: string,
): Promise<Float64Array> {
  return usable(session, from, await reduceRows(session.score({ ids, from }, signal), ids, from), where);
}

/** Throws an EngineError for a log probability that is not a number. */
export function usable(
  session: Pick<ScoringSession, "engine">,
  from: number,
  logs: Float64Array,
  where = "",
): Float64Array {
  const missing = logs.findIndex((log) => !Number.isFinite(log));
  if (missing < 0) return logs;
  throw unusableLogits(session.engine.name, from + missing, where);
}

/**
 * Reduces rows of logits as they arrive, for the next part may overwrite the last: entry i is ln p of
 * ids[from + 1 + i], NaN where no row came. A row of the last position is passed over: nothing follows it.
 */
export async function reduceRows(
  parts: AsyncIterable<LogitRows>,
  ids: Int32Array,
  from: number,
): Promise<Float64Array> {
  const result = new Float64Array(ids.length - 1 - from).fill(Number.NaN);
  for await (const { from: start, vocabulary, logits } of parts) {
    const end = Math.min(start + logits.length / vocabulary, ids.length - 1);
    for (let position = start; position < end; position++) {
      const token = ids[position + 1]!;
      result[position - from] = logProbability(logits, (position - start) * vocabulary, vocabulary, token);
    }
  }
  return result;
}
