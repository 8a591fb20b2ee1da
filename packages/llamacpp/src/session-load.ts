import type { ModelFile } from "@quantlab/core";
import type { Llama, LlamaContext, LlamaModel } from "node-llama-cpp";
import { firstContextSize, flashAttentionOf, threadsOf } from "./common-options.ts";
import { SessionDevices } from "./session-devices.ts";
import { loadError } from "./session-errors.ts";
import { sessionLibrary, withLoadLog } from "./session-library.ts";
import type { LoadLog } from "./session-log.ts";
import { keyValueTypes, type LlamacppSessionOptions } from "./session-options.ts";

export interface LoadedSession {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly devices: SessionDevices;
  readonly log: LoadLog;
}

/** Model and context, in the way that node-llama-cpp's guide shows to an application. */
export async function loadSession(
  file: ModelFile,
  options: LlamacppSessionOptions,
  signal: AbortSignal,
): Promise<LoadedSession> {
  let complaint: string | null = null;
  try {
    const llama = await sessionLibrary(options);
    const devices = await SessionDevices.open(llama);
    return await withLoadLog(llama, async (log) => {
      try {
        return { llama, log, devices, ...(await load(llama, file, options, signal)) };
      } finally {
        // The addon hands its log lines over by way of the event loop.
        await new Promise((resolve) => setImmediate(resolve));
        complaint = log.complaint;
      }
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw loadError(file, cause, complaint);
  }
}

async function load(
  llama: Llama,
  file: ModelFile,
  options: LlamacppSessionOptions,
  signal: AbortSignal,
): Promise<Pick<LoadedSession, "model" | "context">> {
  await using owned = new AsyncDisposableStack();
  const model = owned.use(
    await llama.loadModel({
      modelPath: file.path,
      gpuLayers: options.gpuLayers ?? "auto",
      useMmap: options.mmap ?? "auto",
      useMlock: options.mlock ?? false,
      loadSignal: signal,
    }),
  );
  const contextSize = firstContextSize(options, model.trainContextSize);
  const context = await createContext(model, contextSize, options, signal);
  owned.move();
  return { model, context };
}

/** A context in place of another, and what llama.cpp logged while it was made. */
export function createLoggedContext(
  llama: Llama,
  model: LlamaModel,
  contextSize: number,
  options: LlamacppSessionOptions,
  signal: AbortSignal,
): Promise<{ readonly context: LlamaContext; readonly lines: readonly string[] }> {
  return withLoadLog(llama, async (log) => {
    const context = await createContext(model, contextSize, options, signal);
    await new Promise((resolve) => setImmediate(resolve));
    return { context, lines: log.lines };
  });
}

/** A context of one sequence; it fails rather than shrink when there is too little memory. */
function createContext(
  model: LlamaModel,
  contextSize: number,
  options: LlamacppSessionOptions,
  signal: AbortSignal,
): Promise<LlamaContext> {
  const { batchSize = 512 } = options;
  const flashAttention = flashAttentionOf(options);
  return model.createContext({
    contextSize,
    batchSize: Math.min(batchSize, contextSize),
    threads: threadsOf(options),
    flashAttention: flashAttention === "auto" ? "auto" : flashAttention === "on",
    ...keyValueTypes(options),
    failedCreationRemedy: false,
    createSignal: signal,
  });
}
