import { type FileType, fileTypes } from "@quantlab/llama-capi";

/** How much of each contest a model gets. */
export interface Plan {
  /** Bytes of the texts; all of them where it says nothing. */
  readonly textBytes: number | null;
  readonly quantized: readonly FileType[];
  /** False: once, for equality alone. A block of milliseconds tells the start of two programs, not their speed. */
  readonly quantizeEveryRound: boolean;
}

const allTypes = Object.keys(fileTypes) as FileType[];

/** The shipped model is small enough for everything; at real size four chunks and the types of the scores tell. */
export function planOf(model: string, quick: boolean): Plan {
  if (quick) return { textBytes: 10_000, quantized: ["Q8_0", "Q4_K_M", "IQ2_XS"], quantizeEveryRound: false };
  if (model === "sprout") return { textBytes: null, quantized: allTypes, quantizeEveryRound: false };
  return { textBytes: 5600, quantized: ["Q8_0", "Q4_K_M", "Q2_K"], quantizeEveryRound: true };
}
