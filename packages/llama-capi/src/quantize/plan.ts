import { type TensorType, tensorType } from "../gguf/index.ts";
import type { LogLine } from "../library/log.ts";

/** What becomes of one tensor. */
export interface PlannedTensorType {
  readonly name: string;
  /** Row length first. */
  readonly shape: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

/** A tensor whose rows cannot be divided into the blocks of the type that it should have had. */
export interface TypeFallback {
  readonly tensor: string;
  readonly rowLength: number;
  readonly wanted: string;
  readonly used: string;
}

/** The types that the library chose for every tensor of a request. */
export interface QuantizePlan {
  readonly tensors: readonly PlannedTensorType[];
  readonly fallbacks: readonly TypeFallback[];
  /** Bytes of all weights. */
  readonly weightBytes: number;
  readonly bitsPerWeight: number;
}

// "[   3/  39] blk.0.attn_k.weight - [  256,  128,  1,  1], type = f16, size = 0.06 MiB -> 0.02 MiB (q4_K)" in a dry
// run, "…, type = f16, converting to q4_K .. size = 0.06 MiB -> 0.02 MiB" in a run
const tensorLine =
  /^\[\s*\d+\/\s*\d+\] (\S+)\s+- \[([\d, ]+)\], type =\s*(\S+), (?:converting to (\S+) \.\. )?size =[^(]*(?:\((\S+)\))?$/;
// "warning: blk.0.ffn_down.weight - ncols 160 not divisible by 256 (required for type q4_K) -> falling back to q5_0"
const fallbackLine =
  /^warning: (\S+)\s+- ncols\s+(\d+) not divisible by\s+\d+ \(required for type\s+(\S+)\).*falling back to\s+(\S+)$/;

/** Reads the plan from the log of a run or a dry run of the pinned release. */
export function planFrom(lines: readonly LogLine[]): QuantizePlan {
  const tensors: PlannedTensorType[] = [];
  const fallbacks: TypeFallback[] = [];
  for (const { text } of lines) {
    const tensor = tensorLine.exec(text);
    if (tensor) {
      const [, name = "", axes = "", from = "", made, planned] = tensor;
      const to = made ?? planned ?? from;
      const shape = axes.split(",").map(Number);
      const type = tensorType(to.toUpperCase());
      tensors.push({ name, shape, from: from.toUpperCase(), to: type.name, bytes: bytesOf(shape, type) });
    }
    const fallback = fallbackLine.exec(text);
    if (fallback) {
      const [, name = "", rowLength = "", wanted = "", used = ""] = fallback;
      fallbacks.push({
        tensor: name,
        rowLength: Number(rowLength),
        wanted: wanted.toUpperCase(),
        used: used.toUpperCase(),
      });
    }
  }
  const weightBytes = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const elements = tensors.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  return { tensors, fallbacks, weightBytes, bitsPerWeight: (weightBytes * 8) / elements };
}

const elementsOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const bytesOf = (shape: readonly number[], type: TensorType) =>
  (elementsOf(shape) / type.elements) * type.bytes;
