import { setImmediate } from "node:timers/promises";
import type { TextSession } from "@quantlab/core";
import { questions } from "./questions.ts";

const never = new AbortController().signal;

/** One question as an engine reads it and goes on from it. */
export interface Answer {
  readonly question: string;
  /** The conversation by the engine's own template. */
  readonly text: string;
  /** The text's tokens by the engine's own tokenizer. */
  readonly promptIds: readonly number[];
  readonly ids: readonly number[];
  /** The tokens as the engine writes them. */
  readonly written: string;
}

/** A place where two greedy answers part. */
export interface Parting {
  readonly question: string;
  readonly at: number;
  /** Between the two best logits of the reference there: a near tie may fall either way. */
  readonly gap: number;
}

/** Greedy answers of exactly `newTokens` tokens to the twenty questions. */
export async function greedyAnswers(
  session: TextSession,
  newTokens: number,
  signal: AbortSignal = never,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const question of questions) {
    // An engine inside this process leaves no other moment in which an interrupt is heard.
    await setImmediate();
    signal.throwIfAborted();
    const text = await session.formatChat([{ role: "user", content: question }]);
    const promptIds = await session.tokenize(text, { bos: true, special: true });
    const request = { promptIds, newTokens, sampling: "greedy", stopAtEndOfText: false } as const;
    const { tokenIds: ids } = await session.generate(request, signal);
    const written = await session.detokenize(Int32Array.from(ids));
    answers.push({ question, text, promptIds: [...promptIds], ids, written });
  }
  return answers;
}

/** Where the other's answers part from the reference's, each with the gap between its two best logits. */
export async function partings(
  reference: TextSession,
  ours: readonly Answer[],
  others: readonly Answer[],
): Promise<Parting[]> {
  const found: Parting[] = [];
  for (const [index, { question, promptIds, ids }] of ours.entries()) {
    const at = firstDifference(ids, others[index]?.ids ?? []);
    if (at < 0) continue;
    const gap = await gapAfter(reference, Int32Array.of(...promptIds, ...ids.slice(0, at)));
    found.push({ question, at, gap });
  }
  return found;
}

/** Where two lists part, or -1. */
export function firstDifference(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((id, index) => id !== b[index]);
  return at < 0 && b.length > a.length ? a.length : at;
}

/** The difference between the two best logits behind a sequence. */
async function gapAfter(session: TextSession, ids: Int32Array): Promise<number> {
  for await (const { logits } of session.score!({ ids, from: ids.length - 1 }, never)) {
    const [second = Number.NaN, first = Number.NaN] = logits.toSorted().slice(-2);
    return first - second;
  }
  return Number.NaN;
}
