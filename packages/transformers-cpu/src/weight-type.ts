import { formatModelRef, type ModelRef, UsageError } from "@quantlab/core";

export type Dtype = "float32" | "bfloat16" | "float16";
export type Quantize = "nf4" | "fp4" | "int8";

/** How weights are held, and in what is computed. */
export interface WeightType {
  readonly dtype: Dtype;
  readonly quantize: Quantize | null;
}

export const dtypes: readonly Dtype[] = ["float32", "bfloat16", "float16"];
export const quantizes: readonly Quantize[] = ["nf4", "fp4", "int8"];

/** What bitsandbytes computes in unless told: its 4-bit kernels for CPUs are written for it. */
const quantizedDtype: Dtype = "bfloat16";

/**
 * What an arm's quantization names, "float32" or "bnb-nf4", with what the options say beside it. Two that contradict
 * each other are a UsageError.
 */
export function weightType(
  ref: ModelRef,
  options: { dtype?: Dtype; quantize?: Quantize | null },
): WeightType {
  const named = ref.quantization;
  const plain = dtypes.find((dtype) => dtype === named);
  const packed = quantizes.find((quantize) => `bnb-${quantize}` === named);
  if (!plain && !packed && options.dtype === undefined && !options.quantize) {
    throw new UsageError(
      `${formatModelRef(ref)}: transformers-cpu cannot tell a weight type from "${named}"`,
      `name one of ${[...dtypes, ...quantizes.map((each) => `bnb-${each}`)].join(", ")}, or set dtype`,
    );
  }
  const quantize = packed ?? options.quantize ?? null;
  const dtype = packed ? (options.dtype ?? quantizedDtype) : (plain ?? options.dtype ?? quantizedDtype);
  if (packed && options.quantize !== undefined && options.quantize !== packed) {
    throw contradiction(ref, `quantize is ${options.quantize}`);
  }
  if (plain && quantize) throw contradiction(ref, `quantize is ${quantize}`);
  if (plain && options.dtype !== undefined && options.dtype !== plain) {
    throw contradiction(ref, `dtype is ${options.dtype}`);
  }
  return { dtype, quantize };
}

function contradiction(ref: ModelRef, option: string): UsageError {
  return new UsageError(
    `${formatModelRef(ref)} names ${ref.quantization}, and transformers-cpu's ${option}`,
    "leave the option out: the model's quantization decides",
  );
}
