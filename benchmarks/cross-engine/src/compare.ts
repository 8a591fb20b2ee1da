import { setImmediate } from "node:timers/promises";
import { EngineError, type Session } from "@quantlab/core";
import { textScores } from "@quantlab/shared-metrics";
import {
  type Answer,
  allLogits,
  firstDifference,
  greedyAnswers,
  logitError,
  type Parting,
  partings,
  testTextPerplexity,
} from "@quantlab/testing";

/** What an engine answers, and how well it foresees the text. */
export interface Subject {
  readonly session: Session;
  readonly answers: readonly Answer[];
  readonly perplexity: number;
}

export interface Comparison {
  /** Before the first difference, over all answers. */
  readonly tokensAgreed: number;
  readonly tokens: number;
  /** The first difference of each answer that has one. */
  readonly partings: readonly Parting[];
  /** Of every logit at the places where an agreed token, or the first other one, was chosen. */
  readonly logitError: { readonly largest: number; readonly mean: number; readonly places: number };
  readonly perplexity: number;
  readonly perplexityRatio: number;
}

/** Twenty greedy answers of `newTokens` tokens, and the perplexity of the test text's first `chunks`. */
export async function question(
  session: Session,
  { newTokens, chunks }: { readonly newTokens: number; readonly chunks: number },
  signal: AbortSignal,
): Promise<Subject> {
  const answers = await greedyAnswers(session, newTokens, signal);
  const perplexity = await testTextPerplexity(textScores, session, { chunks, signal });
  return { session, answers, perplexity };
}

/** Throws an EngineError when the two did not read a prompt in the same tokens: nothing could be compared. */
export async function compare(
  reference: Subject,
  subject: Subject,
  signal: AbortSignal,
): Promise<Comparison> {
  const errors: { readonly error: ReturnType<typeof logitError>; readonly places: number }[] = [];
  let tokensAgreed = 0;
  for (const [index, { question: asked, promptIds, ids }] of reference.answers.entries()) {
    await setImmediate();
    signal.throwIfAborted();
    const other = subject.answers[index]!;
    if (firstDifference(promptIds, other.promptIds) >= 0) {
      throw new EngineError(
        subject.session.engine.name,
        `reads "${asked}" in other tokens than llama.cpp`,
        "look at both tokenizers: greedy answers to different tokens cannot be compared",
      );
    }
    const parting = firstDifference(ids, other.ids);
    const agreed = parting < 0 ? ids.length : parting;
    tokensAgreed += agreed;
    // The last row chooses the token that differs, or the answer's last one.
    const read = Int32Array.of(...promptIds, ...ids.slice(0, Math.min(agreed, ids.length - 1)));
    const from = promptIds.length - 1;
    const [here, there] = [
      await allLogits(subject.session, read, from, signal),
      await allLogits(reference.session, read, from, signal),
    ];
    errors.push({ error: logitError(here, there), places: read.length - from });
  }
  const places = errors.reduce((sum, each) => sum + each.places, 0);
  return {
    tokensAgreed,
    tokens: reference.answers.reduce((sum, { ids }) => sum + ids.length, 0),
    partings: await partings(reference.session, reference.answers, subject.answers),
    logitError: {
      largest: Math.max(...errors.map(({ error }) => error.max)),
      mean: errors.reduce((sum, each) => sum + each.error.mean * each.places, 0) / places,
      places,
    },
    perplexity: subject.perplexity,
    perplexityRatio: subject.perplexity / reference.perplexity,
  };
}
