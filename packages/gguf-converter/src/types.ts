import { UnknownNameError } from "@quantlab/core";

/** What the stock converter writes, by llama.cpp's name of the file type, and its own word for it. */
export const ggufTypes = { F32: "f32", F16: "f16", BF16: "bf16", Q8_0: "q8_0" } as const;
export type GgufType = keyof typeof ggufTypes;

/** Bits of a weight in each. */
export const bitsOf: Readonly<Record<GgufType, number>> = { F32: 32, F16: 16, BF16: 16, Q8_0: 8.5 };

/** The type as it is usually spelt (case does not count), or an UnknownNameError with the nearest one. */
export function ggufType(typed: string): GgufType {
  const names = Object.keys(ggufTypes) as GgufType[];
  const match = names.find((name) => name.toLowerCase() === typed.toLowerCase());
  if (match === undefined) throw new UnknownNameError("GGUF type", typed, names);
  return match;
}
