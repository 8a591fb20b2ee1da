import {
  checkOptions,
  type Json,
  naturalNumber,
  type OptionCheck,
  oneOf,
  positiveInteger,
  UsageError,
} from "@quantlab/core";
import { type CommonOptions, commonChecks } from "./common-options.ts";

/** Left out means the default; a default is what llama-bench does unless said. */
export interface LlamacppEngineOptions extends CommonOptions {
  /** Threads that compute the prompt, where `threads` compute single tokens; as many unless said. */
  readonly batchThreads?: number;
  /** Most tokens handed over at once; 2048 unless said. */
  readonly batchSize?: number;
  /** Tokens computed at once; 512 unless said. Scoring takes 256 at most, see `EngineSession`. */
  readonly microBatchSize?: number;
  /**
   * Generations that are computed together, each with a context of its own; 1 unless said. The size must be given then, for
   * it does not grow under them.
   */
  readonly sequences?: number;
  /** Layers on the GPU; all of them unless said. */
  readonly gpuLayers?: number;
  /**
   * true: what the CPU's kernels have copied of a mapped file leaves memory, on Linux, after loading and after each pass
   * of scoring; loading takes a little longer. Left out, a model takes the memory that it takes with llama-bench.
   */
  readonly releaseMapped?: boolean;
  /**
   * Bytes for the logits of a scoring pass, which stand in memory twice; 80 MiB unless said. Less makes passes of fewer
   * tokens, and scoring slower, where a vocabulary is large.
   */
  readonly logitsBytes?: number;
  /** "auto": the best device whose binary is installed. false: the CPU alone. */
  readonly gpu?: "auto" | false;
  /**
   * "native": what "lab setup llamacpp-native" compiled for this machine; it computes on the CPU, on a Mac with Metal, too.
   * "shipped" unless said: node-llama-cpp's, in the variant that suits the processor.
   */
  readonly library?: "shipped" | "native";
}

export const engineChecks: Readonly<Record<keyof LlamacppEngineOptions, OptionCheck>> = {
  ...commonChecks,
  batchThreads: positiveInteger,
  batchSize: positiveInteger,
  microBatchSize: positiveInteger,
  sequences: positiveInteger,
  gpuLayers: naturalNumber,
  releaseMapped: oneOf(true, false),
  logitsBytes: positiveInteger,
  gpu: oneOf("auto", false),
  library: oneOf("shipped", "native"),
};

/** Returns the options that are set; an unknown name or a value that does not fit is a UsageError, as are several sequences in a context of no size. */
export function checkEngineOptions(
  options: Readonly<Record<string, Json | undefined>>,
): LlamacppEngineOptions {
  const checked = checkOptions<LlamacppEngineOptions>("llamacpp-engine", engineChecks, options);
  if ((checked.sequences ?? 1) > 1 && checked.contextSize === undefined)
    throw new UsageError(
      `the contexts of ${checked.sequences} sequences do not grow`,
      "give contextSize with sequences",
    );
  return checked;
}
