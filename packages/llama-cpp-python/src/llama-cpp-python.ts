import {
  type Availability,
  checkOptions,
  defaultThreads,
  type Json,
  type LocalBackend,
  naturalNumber,
  type OptionCheck,
  oneOf,
  pairOf,
  positiveInteger,
} from "@quantlab/core";
import { type CacheType, cacheTypes } from "@quantlab/llama-capi/cache-types";
import { type PythonEngine, pythonBackend, pythonEnvironment } from "@quantlab/python-bridge";
import { llamaCppPythonEngine } from "./engine.ts";

/** Left out means the default, which is the package's own unless said. */
export interface LlamaCppPythonOptions {
  /** Threads that compute; one a performance core unless said (`defaultThreads`). */
  readonly threads?: number;
  /** Tokens that fit into the sequence, prompt and answer together; 1024 unless said. */
  readonly contextSize?: number;
  /** Types of keys and values: "f16" unless said; "f32" for parity with float32 runtimes. */
  readonly kvCacheTypes?: readonly [key: CacheType, value: CacheType];
  /** Off unless said. */
  readonly flashAttention?: boolean;
  /** Layers on the GPU, where the package was built for one; all of them unless said. */
  readonly gpuLayers?: number;
}

export const llamaCppPythonChecks: Readonly<Record<keyof LlamaCppPythonOptions, OptionCheck>> = {
  threads: positiveInteger,
  contextSize: positiveInteger,
  kvCacheTypes: pairOf(Object.keys(cacheTypes)),
  flashAttention: oneOf(true, false),
  gpuLayers: naturalNumber,
};

/**
 * llama-cpp-python's own `Llama`, as an application uses it: `generate` over given token ids. Its environment is made
 * only by `pnpm lab setup llama-cpp-python`, since that compiles llama.cpp for some minutes; until then it is skipped.
 */
export function llamaCppPython(
  options: LlamaCppPythonOptions = {},
  engine: PythonEngine = llamaCppPythonEngine,
): LocalBackend {
  const check = (values: object) =>
    checkOptions<LlamaCppPythonOptions>("llama-cpp-python", llamaCppPythonChecks, { ...values });
  const checked = check(options);
  const { prepare: _, ...backend } = pythonBackend({
    id: "llama-cpp-python",
    form: "gguf",
    engine,
    options: { ...checked } as Readonly<Record<string, Json>>,
    withOptions: (changes) => llamaCppPython(check({ ...checked, ...changes }), engine),
    loadOptions: () => ({
      threads: checked.threads ?? defaultThreads(),
      contextSize: checked.contextSize ?? 1024,
      kvCacheTypes: [...(checked.kvCacheTypes ?? ["f16", "f16"])],
      flashAttention: checked.flashAttention ?? false,
      gpuLayers: checked.gpuLayers ?? -1,
    }),
    // A failed assertion inside llama.cpp would otherwise start a debugger.
    environment: { GGML_NO_BACKTRACE: "1" },
  });
  return { ...backend, probe: () => probe(backend, engine) };
}

async function probe(backend: Pick<LocalBackend, "probe">, engine: PythonEngine): Promise<Availability> {
  const state = await backend.probe();
  if (!state.available || (await pythonEnvironment(engine).ready())) return state;
  return {
    available: false,
    reason: "llama-cpp-python is optional and not installed: it is compiled from source, some five minutes",
    remedy: `run "pnpm lab setup ${engine.name}" once; it needs a C++ compiler`,
  };
}
