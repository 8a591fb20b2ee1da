import type { PromptShape } from "@quantlab/benchmark-tools";
import type { Json } from "@quantlab/core";

/** What every arm does: read a prompt, then decode at the depth where the prompt ends. */
export interface Shape extends PromptShape {
  /** Decode steps; as in llama-bench the first of them stands right behind the prompt. */
  readonly decodedTokens: number;
}

/** Tokens a second, one value a repetition. */
export interface Speeds {
  readonly prefillTps: readonly number[];
  readonly decodeTps: readonly number[];
}

/**
 * Options of the lab's backends that make them do what llama-bench does: all else is the same default on both sides
 * (n_batch and n_ubatch above the prompt, F16 cache, flash attention automatic, mmap). llama.cpp rounds its context
 * up to 256 tokens. The weights stay on the CPU: there is nothing to compare threads for elsewhere.
 */
export function backendOptions(shape: Shape, threads: number): Record<string, Json> {
  const needed = shape.promptTokens + shape.decodedTokens + 1;
  return { threads, contextSize: Math.ceil(needed / 256) * 256, gpuLayers: 0 };
}
