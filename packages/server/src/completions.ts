import { promptText, type TextSession } from "@quantlab/core";
import { canScore, type ScoredToken, scoredTokens } from "@quantlab/scoring";
import { type Answer, askedBy, generated, requireRoom } from "./generation.ts";
import { Problem } from "./problem.ts";
import { promptsOf } from "./prompts.ts";
import type { CompletionBody } from "./requests.ts";
import { TokenTexts } from "./token-texts.ts";
import { Usage } from "./usage.ts";

/** As OpenAI's API has it. */
const usualNewTokens = 16;

export interface CompletionChoice {
  readonly index: number;
  readonly text: string;
  readonly logprobs: CompletionLogprobs | null;
  readonly finish_reason: "stop" | "length" | null;
}

interface CompletionLogprobs {
  readonly tokens: readonly string[];
  /** Null for the very first token, which nothing predicts. */
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
  readonly text_offset: readonly number[];
}

/** Completes each prompt `n` times. `onText` gets the pieces of a stream, by the index of their choice. */
export async function completions(
  session: TextSession,
  body: CompletionBody,
  room: number,
  onText: (index: number, text: string) => void,
  signal: AbortSignal,
): Promise<{ readonly choices: CompletionChoice[]; readonly usage: Usage }> {
  // A text's special tokens are meant: it is the model's own language.
  const prompts = await promptsOf(session, body.prompt, promptText, "prompt");
  const echo = body.echo ?? false;
  const newTokens = body.max_tokens ?? usualNewTokens;
  for (const { ids } of prompts) requireRoom(ids.length, newTokens, room);
  const usage = new Usage();
  const choices: CompletionChoice[] = [];
  const texts = new TokenTexts(session);
  for (const { ids: promptIds, text: typed } of prompts) {
    const added = echo && typed !== null ? await addedTokens(session, promptIds, typed) : 0;
    for (let draw = 0; draw < (body.n ?? 1); draw++) {
      const index = choices.length;
      const prompt = echo ? (typed ?? (await session.detokenize(promptIds))) : "";
      if (prompt) onText(index, prompt);
      const asked = { ...askedBy(body, draw), newTokens };
      const answer = await generated(session, promptIds, asked, (text) => onText(index, text), signal);
      usage.count(promptIds.length, draw, answer);
      const logprobs =
        body.logprobs == null
          ? null
          : await logprobsOf(session, texts, { promptIds, added, answer, echo, most: body.logprobs }, signal);
      choices.push({ index, text: prompt + answer.text, logprobs, finish_reason: answer.finish });
    }
  }
  return { choices, usage };
}

/** Tokens in front of a prompt that nobody wrote: 1 where the model wants a BOS. */
async function addedTokens(session: TextSession, { length }: Int32Array, typed: string): Promise<number> {
  return length - (await session.tokenize(typed, { ...promptText, bos: false })).length;
}

/** What the model thought of the tokens: of the prompt's, too, where that is given back. */
async function logprobsOf(
  session: TextSession,
  texts: TokenTexts,
  {
    promptIds,
    added,
    answer: { tokenIds, endTokenId },
    echo,
    most,
  }: {
    readonly promptIds: Int32Array;
    readonly added: number;
    readonly answer: Pick<Answer, "tokenIds" | "endTokenId">;
    readonly echo: boolean;
    readonly most: number;
  },
  signal: AbortSignal,
): Promise<CompletionLogprobs> {
  // The token that ends an answer writes nothing, and was chosen like the others: harnesses count on it.
  const ids = Int32Array.from([...promptIds, ...tokenIds, ...(endTokenId === null ? [] : [endTokenId])]);
  const first = echo ? added : promptIds.length;
  const from = Math.max(0, first - 1);
  const scored =
    ids.length - 1 > from ? await scoredTokens(scoring(session), { ids, from }, most, signal) : [];
  // Nothing predicts the very first one.
  const rows: (ScoredToken | null)[] = first === 0 ? [null, ...scored] : scored;
  const tokens = await Promise.all([...ids.subarray(first)].map((id) => texts.of(id)));
  const offsets: number[] = [];
  let offset = 0;
  for (const token of tokens) {
    offsets.push(offset);
    offset += token.length;
  }
  return {
    tokens,
    token_logprobs: rows.map((row) => row?.logProbability ?? null),
    top_logprobs: await Promise.all(rows.map((row) => (row ? likeliestOf(row, texts) : null))),
    text_offset: offsets,
  };
}

/** By their texts; of several tokens with one text the likeliest. The token itself is among them. */
async function likeliestOf(row: ScoredToken, texts: TokenTexts): Promise<Record<string, number>> {
  const chances: Record<string, number> = {};
  for (const { id, logProbability } of [...row.likeliest, row])
    chances[await texts.of(id)] ??= logProbability;
  return chances;
}

/** Throws a Problem where the engine shows no logits. */
export function scoring(session: TextSession) {
  if (canScore(session)) return session;
  throw new Problem(400, "no_logprobs", `${session.engine.name} shows no logits`, { param: "logprobs" });
}
