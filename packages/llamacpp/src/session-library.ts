import type { Llama, LlamaLogLevel } from "node-llama-cpp";
import { showGpuPackages } from "./session-gpu-packages.ts";
import { LoadLog } from "./session-log.ts";
import { gpuOptions, type LlamacppSessionOptions } from "./session-options.ts";

/** One instance a process and device, as in an application: a second one loses its logger (3.22.1). */
const instances = new Map<string, Promise<Llama>>();
let listener: LoadLog | null = null;
let queue: Promise<unknown> = Promise.resolve();

/** Loads the installed binary; rejects with node-llama-cpp's own error when there is none for the device. */
export async function sessionLibrary(options: LlamacppSessionOptions): Promise<Llama> {
  const key = String(options.gpu ?? "auto");
  const made = instances.get(key) ?? start(options);
  instances.set(key, made);
  try {
    return await made;
  } catch (cause) {
    instances.delete(key);
    throw cause;
  }
}

async function start(options: LlamacppSessionOptions): Promise<Llama> {
  showGpuPackages();
  // 0.3 s of JavaScript: only who loads a model pays for it.
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  return getLlama({
    ...gpuOptions(options),
    logLevel: LlamaLogLevel.error,
    logger: (level: LlamaLogLevel, message: string) => listener?.add(level, message),
    // No limit, so that the context's own number is the one used; the CPU's default limit is 4 or more.
    maxThreads: 0,
  });
}

/** Runs `load` with llama.cpp's log of just that load; one load at a time, or their lines would mix. */
export function withLoadLog<Result>(llama: Llama, load: (log: LoadLog) => Promise<Result>): Promise<Result> {
  const run = queue.then(async () => {
    const { LlamaLogLevel } = await import("node-llama-cpp");
    listener = new LoadLog();
    llama.logLevel = LlamaLogLevel.info;
    try {
      return await load(listener);
    } finally {
      llama.logLevel = LlamaLogLevel.error;
      listener = null;
    }
  });
  queue = run.catch(() => undefined);
  return run;
}
