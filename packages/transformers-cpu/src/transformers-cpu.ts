import {
  type BitsandbytesType,
  bitsandbytesTypes,
  checkOptions,
  type DataType,
  dataTypes,
  defaultThreads,
  type Json,
  type LocalBackend,
  oneOf,
  positiveInteger,
} from "@quantlab/core";
import { pythonBackend } from "@quantlab/python-bridge";
import { transformersEngine } from "./engine.ts";
import { weightType } from "./weight-type.ts";

/** Left out means the default. */
export interface TransformersCpuOptions {
  /** Threads that compute; one a performance core unless said (`defaultThreads`). */
  readonly threads?: number;
  /** Tokens that fit into the sequence, prompt and answer together; what the model was trained for unless said. */
  readonly contextSize?: number;
  /** What is computed in; the model's quantization decides unless said, and bfloat16 for bitsandbytes. */
  readonly dtype?: DataType;
  /** bitsandbytes' type for the weights of linear layers; the model's quantization decides unless said. */
  readonly quantize?: BitsandbytesType | null;
}

export const transformersChecks = {
  threads: positiveInteger,
  contextSize: positiveInteger,
  dtype: oneOf(...dataTypes),
  quantize: oneOf(...bitsandbytesTypes, null),
} as const;

/** Hugging Face Transformers on the CPU, one forward pass a token over its own dynamic KV cache. */
export function transformersCpu(options: TransformersCpuOptions = {}): LocalBackend {
  const checked = checkOptions<TransformersCpuOptions>("transformers-cpu", transformersChecks, {
    ...options,
  });
  const threads = checked.threads ?? defaultThreads();
  return pythonBackend({
    id: "transformers-cpu",
    form: "hf",
    engine: transformersEngine,
    options: { ...checked } as Readonly<Record<string, Json>>,
    withOptions: (changes) =>
      transformersCpu(
        checkOptions<TransformersCpuOptions>("transformers-cpu", transformersChecks, {
          ...checked,
          ...changes,
        }),
      ),
    loadOptions: ({ ref }) => ({
      threads,
      contextSize: checked.contextSize ?? null,
      ...weightType(ref, checked),
    }),
    // Read by OpenMP and MKL when they are loaded.
    environment: { OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) },
  });
}
