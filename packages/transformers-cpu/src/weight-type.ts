import {
  type BitsandbytesType,
  type DataType,
  formatModelRef,
  type ModelRef,
  parseTransformersQuantization,
  UsageError,
} from "@quantlab/core";

/** How weights are held, and in what is computed; "auto" is what the folder itself says. */
export interface WeightType {
  readonly dtype: DataType | "auto";
  readonly quantize: BitsandbytesType | null;
}

/** What bitsandbytes computes in unless told: its 4-bit kernels for CPUs are written for it. */
const quantizedDtype: DataType = "bfloat16";

/**
 * What an arm's quantization names, "float32" or "bnb-nf4", with what the options say beside it; a folder of another
 * kind is loaded as it is. Two that contradict each other are a UsageError.
 */
export function weightType(
  ref: ModelRef,
  options: { dtype?: DataType; quantize?: BitsandbytesType | null },
): WeightType {
  const named = parseTransformersQuantization(ref.quantization);
  const plain = named && "dataType" in named ? named.dataType : null;
  const packed = named && "packed" in named ? named.packed : null;
  const quantize = packed ?? options.quantize ?? null;
  const dtype = packed ? (options.dtype ?? quantizedDtype) : (plain ?? options.dtype ?? "auto");
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
