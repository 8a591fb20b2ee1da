import {
  type Availability,
  type Backend,
  EngineError,
  type Json,
  type ModelFile,
  type Session,
} from "@quantlab/core";
import type { Token } from "node-llama-cpp";
import { formatChatText } from "./session-chat.ts";
import { describeSession, sessionVersion } from "./session-engine-info.ts";
import { remedyFor, sessionName } from "./session-errors.ts";
import { generateInSession } from "./session-generate.ts";
import { sessionLibrary } from "./session-library.ts";
import { type LoadedSession, loadSession } from "./session-load.ts";
import { checkSessionOptions, type LlamacppSessionOptions } from "./session-options.ts";

export type { LlamacppSessionOptions } from "./session-options.ts";

/**
 * node-llama-cpp's own API, as an application uses it: model, context, `sequence.evaluate`. It shows no logits of
 * the whole vocabulary, so there is no `score`.
 */
export function llamacppSession(options: LlamacppSessionOptions = {}): Backend {
  const checked = checkSessionOptions({ ...options });
  return {
    specVersion: 1,
    id: "llamacpp-session",
    form: "gguf",
    options: checked as Readonly<Record<string, Json>>,
    // Decoding and sampling are jobs of libuv's pool, each run by whichever of its threads is free. llama.cpp makes
    // its second thread afresh for every token beside the one that decodes; with a single pool thread the two keep
    // to their cores, with four they meet on one and wait for each other's time slice.
    environment: { UV_THREADPOOL_SIZE: "1" },
    withOptions: (changes) => llamacppSession(checkSessionOptions({ ...checked, ...changes })),
    probe: () => probe(checked),
    load: async (model, signal) => toSession(await loadSession(requireGguf(model), checked, signal)),
  };
}

async function probe(options: LlamacppSessionOptions): Promise<Availability> {
  try {
    return { available: true, version: sessionVersion(await sessionLibrary(options)) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { available: false, reason, remedy: remedyFor(cause, "run pnpm install") };
  }
}

async function toSession(loaded: LoadedSession): Promise<Session> {
  const { model, context } = loaded;
  return {
    engine: await describeSession(loaded),
    tokenize: async (text, { special }) => tokenize(loaded, text, special),
    detokenize: async (ids) => model.detokenize(Array.from(ids) as Token[], true),
    formatChat: (messages) => formatChatText(model, messages),
    generate: (request, signal) => generateInSession(context, request, signal),
    [Symbol.asyncDispose]: () => loaded[Symbol.asyncDispose](),
  };
}

/** node-llama-cpp leaves the tokens at the ends to its caller. */
function tokenize({ model }: LoadedSession, text: string, special: boolean): Int32Array {
  const ids = model.tokenize(text, special);
  const { bos, eos, shouldPrependBosToken, shouldAppendEosToken } = model.tokens;
  if (special && shouldPrependBosToken && bos !== null) ids.unshift(bos);
  if (special && shouldAppendEosToken && eos !== null) ids.push(eos);
  return Int32Array.from(ids);
}

function requireGguf(model: ModelFile): ModelFile {
  if (model.ref.form === "gguf") return model;
  throw new EngineError(
    sessionName,
    `${model.path} is a ${model.ref.form} model`,
    "give a .gguf file, or convert it with lab convert",
  );
}
