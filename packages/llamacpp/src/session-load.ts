import type { ModelFile } from "@quantlab/core";
import type { Llama, LlamaContext, LlamaModel } from "node-llama-cpp";
import { loadError } from "./session-errors.ts";
import { sessionLibrary, withLoadLog } from "./session-library.ts";
import type { LoadLog } from "./session-log.ts";
import { keyValueTypes, type LlamacppSessionOptions } from "./session-options.ts";

export interface LoadedSession extends AsyncDisposable {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
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
    return await withLoadLog(llama, async (log) => {
      try {
        return await load(llama, log, file, options, signal);
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
  log: LoadLog,
  file: ModelFile,
  options: LlamacppSessionOptions,
  signal: AbortSignal,
): Promise<LoadedSession> {
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
  const contextSize = options.contextSize ?? Math.min(model.trainContextSize, 2048);
  const context = owned.use(
    await model.createContext({
      contextSize,
      batchSize: Math.min(options.batchSize ?? 512, contextSize),
      threads: options.threads ?? llama.cpuMathCores,
      flashAttention: options.flashAttention === "on" || (options.flashAttention === "off" ? false : "auto"),
      ...keyValueTypes(options),
      failedCreationRemedy: false,
      createSignal: signal,
    }),
  );
  const kept = owned.move();
  return { llama, model, context, log, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
