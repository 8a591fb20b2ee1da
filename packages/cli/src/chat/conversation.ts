import {
  type ChatMessage,
  EngineError,
  type GenerateRequest,
  monotonicMs,
  promptText,
  QuantlabError,
  UsageError,
} from "@quantlab/core";
import { generateUntilStopped } from "@quantlab/processes";
import { usualContext } from "../frame/openable-model.ts";
import type { ModelInUse } from "./model-in-use.ts";

export interface AnswerSettings {
  readonly sampling: GenerateRequest["sampling"];
  /** Most tokens of an answer; null for as many as fit. */
  readonly mostTokens: number | null;
}

/** One answer, in tokens and milliseconds. */
export interface Answer {
  readonly text: string;
  /** Of the whole conversation up to the question. */
  readonly promptTokens: number;
  /** Of those, what the engine held from the turns before. */
  readonly cachedTokens: number;
  readonly newTokens: number;
  /** From the question to the first piece of the answer, all that was read included; null without one. */
  readonly ttftMs: number | null;
  /** From the first piece to the last; null with fewer than two tokens. */
  readonly decodeMs: number | null;
  readonly ended: "by itself" | "at the limit" | "stopped";
}

/** What was said, and the model's part in it. */
export class Conversation {
  readonly #settings: AnswerSettings;
  #messages: ChatMessage[] = [];

  constructor(settings: AnswerSettings, messages: readonly ChatMessage[]) {
    this.#settings = settings;
    this.#messages = [...messages];
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** Begins anew with these messages. */
  restart(messages: readonly ChatMessage[]): void {
    this.#messages = [...messages];
  }

  /**
   * Asks the model and hands on its answer piece by piece. `stop` ends the answer and keeps what was said; where the engine
   * fails nothing is kept of the turn. Throws a UsageError where the conversation has no room left, with both numbers.
   */
  async ask(
    model: ModelInUse,
    question: string,
    onText: (text: string) => void,
    stop: AbortSignal,
  ): Promise<Answer> {
    const askedAtMs = monotonicMs();
    const asked: ChatMessage[] = [...this.#messages, { role: "user", content: question }];
    const ids = await this.#tokens(model, asked);
    const room = roomOf(model) - ids.length;
    if (room < 1) throw full(ids.length, roomOf(model));
    const newTokens = Math.min(room, this.#settings.mostTokens ?? room);
    const times: number[] = [];
    const reader = {
      onText(piece: string) {
        times.push(monotonicMs());
        onText(piece);
      },
    };
    // Each turn draws anew, and a conversation with the same seed is the same.
    const sampling = withSeed(this.#settings.sampling, asked.length);
    const request = { promptIds: ids, newTokens, sampling, stopAtEndOfText: true };
    const { text, cachedTokens, tokens, trace } = await generateUntilStopped(
      model.session,
      request,
      reader,
      stop,
    );
    this.#messages = [...asked, { role: "assistant", content: text }];
    const [first, last] = [times[0], times.at(-1)];
    return {
      text,
      promptTokens: ids.length,
      cachedTokens,
      newTokens: tokens,
      ttftMs: first === undefined ? null : first - askedAtMs,
      decodeMs: tokens < 2 ? null : last! - first!,
      ended: trace === null ? "stopped" : tokens < newTokens ? "by itself" : "at the limit",
    };
  }

  async #tokens(model: ModelInUse, messages: readonly ChatMessage[]): Promise<Int32Array> {
    try {
      const text = await model.session.formatChat(messages);
      return await model.session.tokenize(text, promptText);
    } catch (cause) {
      if (!(cause instanceof QuantlabError) || cause.code !== "NO_CHAT_TEMPLATE") throw cause;
      throw new EngineError(model.name, cause.message, "choose an instruct model", cause);
    }
  }
}

/** With another system message in the place of the first, where one is given. */
export function withSystem(
  system: string | undefined,
  messages: readonly ChatMessage[],
): readonly ChatMessage[] {
  if (system === undefined) return messages;
  return [{ role: "system", content: system }, ...messages.filter(({ role }) => role !== "system")];
}

/**
 * Places for the conversation; an engine that grows as it needs ends where its model's training did, and of one that does not
 * tell it is taken to be the usual one.
 */
function roomOf({ engine, info }: ModelInUse): number {
  const known =
    "contextSize" in engine.options ? info.contextSize : (info.trainedContext ?? info.contextSize);
  return known || usualContext;
}

function full(tokens: number, room: number): UsageError {
  return new UsageError(
    `with this the conversation has ${tokens} tokens, and its context has room for ${room}`,
    "/save it and /reset, or begin again with a larger -c and /load",
  );
}

function withSeed(sampling: GenerateRequest["sampling"], turn: number): GenerateRequest["sampling"] {
  return sampling === "greedy" ? sampling : { ...sampling, seed: sampling.seed + turn };
}
