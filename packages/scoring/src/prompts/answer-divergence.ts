import { compareChunk, type TokenComparisons } from "../divergence/compare-chunk.ts";
import type { ScoringSession } from "../texts/sequence-score.ts";
import { type AskedPrompt, otherTokens } from "./asked-prompts.ts";

/** An answer of the reference, and the two models held against each other along it. */
export interface AnswerDivergence {
  /** Of the answer, without the token that ends it. */
  readonly ids: Int32Array;
  readonly text: string;
  /** Entry i is for ids[i]; null where the reference answered nothing. */
  readonly compared: TokenComparisons | null;
}

/**
 * Has the reference answer a prompt greedily, at most `newTokens` tokens, and scores both along its answer, each token given
 * all before it: so the candidate is asked at every token, however it would have gone on after its first other choice. Both
 * choices at a token are of these passes: a model held against itself has no other choice anywhere. Throws an OTHER_TOKENS
 * error where the answer's tokens are another text to the candidate, and what `compareChunk` throws.
 */
export async function answerDivergence(
  reference: ScoringSession,
  candidate: ScoringSession,
  { line, ids: promptIds }: AskedPrompt,
  newTokens: number,
  signal: AbortSignal,
): Promise<AnswerDivergence> {
  const request = { promptIds, newTokens, sampling: "greedy", stopAtEndOfText: true } as const;
  const ids = Int32Array.from((await reference.generate(request, signal)).tokenIds);
  const [text, own] = [await reference.detokenize(ids), await candidate.detokenize(ids)];
  const where = `the answer to line ${line}`;
  if (text !== own) throw otherTokens(where, `${JSON.stringify(text)} there, ${JSON.stringify(own)} here`);
  if (ids.length === 0) return { ids, text, compared: null };
  const sequence = { ids: Int32Array.from([...promptIds, ...ids]), from: promptIds.length - 1 };
  return { ids, text, compared: await compareChunk(reference, candidate, sequence, signal, ` of ${where}`) };
}
