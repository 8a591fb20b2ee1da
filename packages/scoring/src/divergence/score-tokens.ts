import { type ChunkedText, scoredBytes } from "../texts/chunked-text.ts";
import { chunkLogProbabilities, type ScoringSession } from "../texts/sequence-score.ts";
import { compareChunk, type TokenComparisons } from "./compare-chunk.ts";
import { checkSameTokens } from "./same-tokens.ts";

/** A scored chunk, token by token; what compares with a reference is null where there is none. */
export interface ChunkTokens {
  /** UTF-8 bytes of the scored tokens' text. */
  readonly bytes: number;
  readonly logProbability: Float64Array;
  readonly compared: TokenComparisons | null;
}

/**
 * Scores a text chunk by chunk, beside the reference where there is one: each chunk's first half is context, as
 * llama-perplexity has it, unless the text was cut to have every token scored. `text` is in the tokens of the reference,
 * or of the session itself; a session that reads it in others is refused. Throws what `compareChunk` and `chunkLogProbabilities` throw.
 */
export async function* scoreTokens(
  session: ScoringSession,
  reference: ScoringSession | null,
  text: ChunkedText,
  signal: AbortSignal,
): AsyncGenerator<ChunkTokens> {
  if (reference) await checkSameTokens(session, text);
  const { from } = text;
  for (const [index, ids] of text.chunks.entries()) {
    const where = ` of chunk ${index + 1}`;
    const compared = reference ? await compareChunk(reference, session, { ids, from }, signal, where) : null;
    const logProbability =
      compared?.logProbability ?? (await chunkLogProbabilities(session, { ids, from }, signal, where));
    yield { bytes: await scoredBytes(reference ?? session, ids, from), logProbability, compared };
  }
}
