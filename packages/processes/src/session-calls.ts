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
import { protocol } from "./remote-session.ts";
import type { Call, CallContext } from "./serve.ts";

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

/** The calls of a session that this process holds: what `openSession` asks. Its engine works for one at a time. */
export function sessionCalls(open: Open): Readonly<Record<SessionMethod, Call>> {
  let held: Session | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const session = () => {
    if (held) return held;
    throw new QuantlabError("BAD_REQUEST", "no model is loaded");
  };
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
  const calls: SessionCalls = {
    hello: async () => ({ protocol, nowMs: monotonicMs() }),
    load: ({ model, options }, { signal }) =>
      inTurn(async () => {
        await held?.[Symbol.asyncDispose]();
        held = null;
        held = await open(model, options, signal);
        return { ...told(held.engine), sequences: held.sequences, logits: held.score !== undefined };
      }),
    tokenize: async ({ text, ...options }) => ({
      ids: [...(await withTokenizer(session()).tokenize(text, options))],
    }),
    detokenize: async ({ ids }) => ({
      text: await withTokenizer(session()).detokenize(Int32Array.from(ids)),
    }),
    formatChat: async ({ messages }) => ({ text: await withTokenizer(session()).formatChat(messages) }),
    generate: ({ promptIds, stream, ...request }, { signal, emit }) =>
      inTurn(async () => {
        const onToken = stream && { onToken: (id: number) => emit("token", id) };
        const ids = Int32Array.from(promptIds);
        const trace = await session().generate({ ...request, promptIds: ids, ...onToken }, signal);
        // A context may have grown.
        emit("engine", told(session().engine));
        return trace;
      }),
    score: ({ ids, ...request }, { signal, emit }) =>
      inTurn(async () => {
        const parts = session().score?.({ ...request, ids: Int32Array.from(ids) }, signal) ?? [];
        for await (const { from, vocabulary, logits } of parts) {
          emit("rows", { from, vocabulary }, logits);
          // Lets a cancel be heard.
          await new Promise((resolve) => setImmediate(resolve));
          signal.throwIfAborted();
        }
        return {};
      }),
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
