import type { Json, TextSession } from "@quantlab/core";
import { scoredTokens, type TokenChance } from "@quantlab/scoring";
import { chatIds, messagesFrom } from "./chat-prompt.ts";
import { scoring } from "./completions.ts";
import { askedBy, generated, requireRoom } from "./generation.ts";
import { Problem } from "./problem.ts";
import type { ChatBody } from "./requests.ts";
import { TokenTexts } from "./token-texts.ts";
import { type AnsweredCall, calledTools, offeredTools } from "./tool-calls.ts";
import { Usage } from "./usage.ts";

export interface ChatChoice {
  readonly index: number;
  readonly message: {
    readonly role: "assistant";
    readonly content: string | null;
    readonly refusal: null;
    readonly tool_calls?: readonly AnsweredCall[];
  };
  readonly logprobs: { readonly content: readonly ChatLogprob[]; readonly refusal: null } | null;
  readonly finish_reason: "stop" | "length" | "tool_calls";
}

interface Spelled {
  readonly token: string;
  readonly logprob: number;
  /** UTF-8, for tokens that are no whole character. */
  readonly bytes: readonly number[];
}
interface ChatLogprob extends Spelled {
  readonly top_logprobs: readonly Spelled[];
}

/** Answers a conversation `n` times. `onText` gets the pieces of a stream, by the index of their choice. */
export async function chatCompletions(
  session: TextSession,
  body: ChatBody,
  room: number,
  onText: (index: number, text: string) => void,
  signal: AbortSignal,
): Promise<{ readonly choices: ChatChoice[]; readonly usage: Usage }> {
  if (body.top_logprobs != null && !body.logprobs)
    throw new Problem(400, "invalid_request", "top_logprobs does nothing without logprobs", {
      param: "top_logprobs",
    });
  const offered = offeredTools(body);
  const promptIds = await chatIds(session, messagesFrom(body.messages), offered?.tools);
  const newTokens = requireRoom(
    promptIds.length,
    body.max_completion_tokens ?? body.max_tokens ?? null,
    room,
  );
  const texts = new TokenTexts(session);
  const usage = new Usage();
  const choices: ChatChoice[] = [];
  for (let index = 0; index < (body.n ?? 1); index++) {
    const asked = { ...askedBy(body, index), newTokens, schema: offered?.schema ?? schemaOf(body) };
    // Whether a text is a call of a tool shows at its end.
    const onPiece = (text: string) => {
      if (!offered) onText(index, text);
    };
    const answer = await generated(session, promptIds, asked, onPiece, signal);
    usage.count(promptIds.length, index, answer);
    const logprobs = body.logprobs ? await logprobsOf(answer.tokenIds, body.top_logprobs ?? 0) : null;
    const { content, calls } = offered
      ? calledTools(answer.text, offered)
      : { content: answer.text, calls: [] };
    if (offered && content) onText(index, content);
    const called = calls.length > 0;
    choices.push({
      index,
      message: { role: "assistant", content, refusal: null, ...(called && { tool_calls: calls }) },
      logprobs: logprobs && { content: logprobs, refusal: null },
      finish_reason: called ? "tool_calls" : answer.finish,
    });
  }
  return { choices, usage };

  async function logprobsOf(tokenIds: readonly number[], most: number): Promise<ChatLogprob[]> {
    if (tokenIds.length === 0) return [];
    const ids = Int32Array.from([...promptIds, ...tokenIds]);
    const scored = await scoredTokens(scoring(session), { ids, from: promptIds.length - 1 }, most, signal);
    return Promise.all(
      scored.map(async (token) => ({
        ...(await spelled(token, texts)),
        top_logprobs: await Promise.all(token.likeliest.map((each) => spelled(each, texts))),
      })),
    );
  }
}

/** What the answer has to fit; undefined for any text. */
function schemaOf({ response_format }: ChatBody): Json | undefined {
  if (response_format?.type === "json_object") return { type: "object" };
  return response_format?.type === "json_schema"
    ? ((response_format.json_schema.schema ?? true) as Json)
    : undefined;
}

async function spelled({ id, logProbability }: TokenChance, texts: TokenTexts): Promise<Spelled> {
  const token = await texts.of(id);
  return { token, logprob: logProbability, bytes: [...Buffer.from(token, "utf8")] };
}
