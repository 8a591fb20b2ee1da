import {
  type EngineInfo,
  type Json,
  type ModelFile,
  monotonicMs,
  QuantlabError,
  type Session,
  type SessionMethod,
  type SessionParams,
  type SessionResults,
  validate,
  withTokenizer,
} from "@quantlab/core";
import PQueue from "p-queue";
import { inTurn } from "./in-turn.ts";
import { protocol } from "./remote-session.ts";
import type { Call, CallContext } from "./serve.ts";
import { SpelledTokens } from "./spelled-tokens.ts";

/** Loads a model for whoever asks this process. */
export type Open = (
  model: ModelFile,
  options: Readonly<Record<string, Json>>,
  signal: AbortSignal,
) => Promise<Session>;

type SessionCalls = {
  readonly [Method in SessionMethod]: (
    params: NonNullable<SessionParams[Method]>,
    context: CallContext,
  ) => Promise<NonNullable<SessionResults[Method]>>;
};

/**
 * The calls of a session that this process holds: what `openSession` asks. Its engine works for as many at a time as it
 * runs sequences, and scores for one of them.
 */
export function sessionCalls(open: Open): Readonly<Record<SessionMethod, Call>> {
  let held: Session | null = null;
  const turns = new PQueue({ concurrency: 1 });
  const scores = new PQueue({ concurrency: 1 });
  const session = () => {
    if (held) return held;
    throw new QuantlabError("BAD_REQUEST", "no model is loaded");
  };
  const calls: SessionCalls = {
    hello: async () => ({ protocol, nowMs: monotonicMs() }),
    load: ({ model, options }, { signal }) => {
      const load = async () => {
        await held?.[Symbol.asyncDispose]();
        held = null;
        held = await open(model, options, signal);
        turns.concurrency = held.sequences;
        const { engine, sequences, score, embed, keepsSchema = false } = held;
        const abilities = {
          logits: score !== undefined,
          embeddings: embed !== undefined,
          schemas: keepsSchema,
        };
        const offers = { ...abilities, texts: held.detokenize !== undefined || held.streamsText === true };
        return { ...told(engine), sequences, ...offers };
      };
      return inTurn(turns, load, signal);
    },
    tokenize: async ({ text, ...options }) => ({
      ids: [...(await withTokenizer(session()).tokenize(text, options))],
    }),
    detokenize: async ({ ids }) => ({
      text: await withTokenizer(session()).detokenize(Int32Array.from(ids)),
    }),
    formatChat: async ({ messages, tools }) => ({
      text: await withTokenizer(session()).formatChat(messages, tools),
    }),
    generate: ({ promptIds, stream, ...request }, { signal, emit }) => {
      const generate = async () => {
        const spelled =
          stream === "texts" && !session().streamsText
            ? new SpelledTokens(
                (some) => withTokenizer(session()).detokenize(some),
                (id, text) => emit("token", [id, text]),
              )
            : null;
        const heard = stream && {
          onPrompt: (cachedTokens: number) => emit("prompt", cachedTokens),
          onToken: (id: number) => (spelled ? spelled.push(id) : emit("token", id)),
          ...(stream === "texts" && !spelled && { onText: (text: string) => emit("text", text) }),
        };
        const ids = Int32Array.from(promptIds);
        const trace = await session().generate({ ...request, promptIds: ids, ...heard }, signal);
        if (spelled) emit("rest", await spelled.end());
        // A context may have grown.
        emit("engine", told(session().engine));
        return trace;
      };
      return inTurn(turns, generate, signal);
    },
    score: ({ ids, ...request }, { signal, emit }) => {
      const score = async () => {
        const parts = session().score?.({ ...request, ids: Int32Array.from(ids) }, signal) ?? [];
        for await (const { from, vocabulary, logits } of parts) {
          emit("rows", { from, vocabulary }, logits);
          // Lets a cancel be heard.
          await new Promise((resolve) => setImmediate(resolve));
          signal.throwIfAborted();
        }
        return {};
      };
      return inTurn(scores, () => inTurn(turns, score, signal), signal);
    },
    embed: ({ ids }, { signal, emit }) => {
      const embed = async () => {
        const vector = await session().embed?.(Int32Array.from(ids), signal);
        if (vector) emit("vector", {}, vector);
        return {};
      };
      return inTurn(turns, embed, signal);
    },
    usage: async () => {
      const { user, system } = process.cpuUsage();
      const own = { userMs: user / 1000, systemMs: system / 1000, allocatorPeakBytes: null };
      return (await held?.usage?.()) ?? own;
    },
  };
  const checked = ([method, call]: [string, unknown]) => [
    method,
    (params: Json, context: CallContext) => {
      validate("session-params", { [method]: params }, "the request");
      return (call as Call)(params, context);
    },
  ];
  return Object.fromEntries(Object.entries(calls).map(checked));
}

function told({ pid: _, startup: __, ...info }: EngineInfo): Omit<EngineInfo, "pid" | "startup"> {
  return info;
}
