import { BadFileError, type LogitRows, promptText, type TextSession } from "@quantlab/core";
import {
  type ChoosingSession,
  canScore,
  type ScoringSession,
  tokenLogProbabilities,
  usable,
} from "../texts/sequence-score.ts";

export interface ContinuationScore {
  /** ln p(the continuation's tokens | prompt), in nats. */
  readonly logLikelihood: number;
  readonly tokens: number;
  /** Whether greedy decoding would have said just this. */
  readonly greedy: boolean;
}

/** Tokens of a prompt, and of what follows it. */
export interface Continuation {
  readonly promptIds: Int32Array;
  readonly ids: Int32Array;
}

/**
 * The tokens of what follows a prompt. Both are tokenised together, as they stand in a text. `what` names the item and
 * its file in the BadFileError for a continuation that changes how the prompt is tokenised: its likelihood given the
 * prompt cannot be told then, and what the choices of a prompt have in common would depend on the choices.
 */
export async function continuationIds(
  session: Pick<TextSession, "tokenize">,
  { prompt, promptIds, text }: { prompt: string; promptIds: Int32Array; text: string },
  what: { readonly file: string; readonly id: string },
): Promise<Int32Array> {
  const joint = await session.tokenize(prompt + text, promptText);
  const keeps = joint.length > promptIds.length && promptIds.every((id, place) => joint[place] === id);
  if (keeps && promptIds.length > 0) return joint.slice(promptIds.length);
  throw new BadFileError(
    what.file,
    `"${what.id}": the choice ${JSON.stringify(text)} changes the tokens of its prompt`,
    "begin the choice where a token begins: with a space or on a new line",
  );
}

/** Scores what follows a prompt. The prompt runs on its own first, and so alike before whatever may follow it. */
export async function continuationScore(
  session: ChoosingSession,
  { promptIds, ids }: Continuation,
  signal: AbortSignal,
): Promise<ContinuationScore> {
  const joint = Int32Array.from([...promptIds, ...ids]);
  const request = { ids: joint, from: promptIds.length - 1, prefixFirst: true };
  if (!canScore(session)) {
    const told = await session.likelihoods(request, signal);
    const logs = usable(
      session,
      request.from,
      Float64Array.from(told, (each) => each.logProbability),
    );
    return scoreOf(
      logs,
      told.every(({ likeliest }) => likeliest),
    );
  }
  let greedy = true;
  async function* watched(parts: AsyncIterable<LogitRows>) {
    for await (const part of parts) {
      for (let row = 0; row < part.logits.length / part.vocabulary; row++) {
        const token = joint[part.from + row + 1];
        if (token !== undefined) greedy &&= isLikeliest(part, row * part.vocabulary, token);
      }
      yield part;
    }
  }
  const watching: Pick<ScoringSession, "engine" | "score"> = {
    engine: session.engine,
    score: (request, abort) => watched(session.score(request, abort)),
  };
  const logs = await tokenLogProbabilities(watching, request, signal);
  return scoreOf(logs, greedy);
}

const scoreOf = (logs: Float64Array, greedy: boolean): ContinuationScore => ({
  logLikelihood: logs.reduce((total, log) => total + log, 0),
  tokens: logs.length,
  greedy,
});

function isLikeliest({ logits, vocabulary }: LogitRows, offset: number, token: number): boolean {
  const own = logits[offset + token]!;
  for (let index = offset; index < offset + vocabulary; index++) if (logits[index]! > own) return false;
  return true;
}
