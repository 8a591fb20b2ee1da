import { type FileType, ggufFileTypes } from "@quantlab/core";
import { type ScoredType, scoredTypes } from "./setting.ts";

/** How much of each contest a model gets. */
export interface Plan {
  /** Types whose scores are compared. */
  readonly scored: readonly ScoredType[];
  /** Whether importance matrices are compared, and files made with one. */
  readonly importance: boolean;
  /** Bytes of the texts; all of them where it says nothing. */
  readonly textBytes: number | null;
  readonly quantized: readonly FileType[];
  /**
   * 0: once, for equality alone, where a block of milliseconds tells the start of two programs, not their speed. Several
   * where a block of few seconds is off by a tenth by chance.
   */
  readonly quantizeRunsPerRound: number;
}

/** Held against llama-quantize alone. */
export const quantizedOnly = "synthetic/qwen2.5-1.5b";

const allTypes: readonly FileType[] = ggufFileTypes;

/**
 * The shipped model is small enough for everything; at real size four chunks and the types of the scores tell. How long
 * quantizing takes shows in a larger one, where the start of a program is a small part of it.
 */
export function planOf(model: string, quick: boolean): Plan {
  const all = { scored: scoredTypes, importance: true, textBytes: null, quantizeRunsPerRound: 0 };
  if (quick) return { ...all, textBytes: 10_000, quantized: ["Q8_0", "Q4_K_M", "IQ2_XS"] };
  if (model === "sprout") return { ...all, quantized: allTypes };
  const atSize = { ...all, textBytes: 5600 };
  return model === quantizedOnly
    ? { ...atSize, scored: [], importance: false, quantized: ["Q8_0", "Q4_K_M"], quantizeRunsPerRound: 1 }
    : { ...atSize, quantized: ["Q8_0", "Q4_K_M", "Q2_K"], quantizeRunsPerRound: 3 };
}
