import { type TensorType, tensorType } from "@quantlab/llama-capi";
import { randomWords, sharedNormals } from "./random.ts";

/** Standard deviation of every random weight, as common initialisations have it. */
const deviation = 0.02;

/** Finishes one block of random bytes: sets the scales so that its values have mean near 0 and `deviation`. */
type Finish = (block: DataView) => void;

/**
 * How each type's scales are set. Uniform quants of n levels deviate by sqrt((n²-1)/12) from their mean; the
 * scales below bring that to `deviation`. Layouts: ggml-common.h of the pinned release.
 */
const finishers: Readonly<Record<string, Finish>> = {
  Q4_0: (block) => half(block, 0, deviation / 4.64),
  Q4_1: (block) => {
    half(block, 0, deviation / 4.61);
    half(block, 2, (-7.5 * deviation) / 4.61);
  },
  Q5_0: (block) => half(block, 0, deviation / 9.25),
  Q5_1: (block) => {
    half(block, 0, deviation / 9.23);
    half(block, 2, (-15.5 * deviation) / 9.23);
  },
  Q8_0: (block) => half(block, 0, deviation / 73.9),
  // Scales stay random: signed 6 bits less 32 in Q3_K, signed bytes in Q6_K.
  Q3_K: (block) => half(block, 108, deviation / (18.5 * 2.34)),
  Q6_K: (block) => half(block, 208, deviation / (73.9 * 18.5)),
  Q2_K: (block) => {
    for (let i = 0; i < 16; i++) {
      const scale = 8 + (block.getUint8(i) & 7);
      block.setUint8(i, scale | (scale << 4));
    }
    half(block, 80, deviation / (11.7 * 1.118));
    half(block, 82, (1.5 * deviation) / (11.7 * 1.118));
  },
  Q4_K: (block) => {
    equalScalesAndMinima(block);
    half(block, 0, deviation / (48.4 * 4.61));
    half(block, 2, (7.5 * deviation) / (48.4 * 4.61));
  },
  Q5_K: (block) => {
    equalScalesAndMinima(block);
    half(block, 0, deviation / (48.4 * 9.23));
    half(block, 2, (15.5 * deviation) / (48.4 * 9.23));
  },
};

/** Quantized types that can be written without a quantizer. */
export const writableTypes: readonly string[] = ["F32", "F16", ...Object.keys(finishers)];

/** `count` random blocks of a type, deterministic in the seed; for F32 and F16 a block is one value. */
export function randomBlocks(type: TensorType, count: number, seed: number): Buffer {
  if (type.name === "F32") return bytesOf(sharedNormals(seed, count, deviation));
  if (type.name === "F16") return bytesOf(new Float16Array(sharedNormals(seed, count, deviation)));
  const finish = finishers[type.name];
  if (!finish) throw new RangeError(`random ${type.name} blocks cannot be written`);
  const word = randomWords(seed);
  const words = new Uint32Array(Math.ceil((count * type.bytes) / 4));
  for (let i = 0; i < words.length; i++) words[i] = word();
  const blocks = bytesOf(words).subarray(0, count * type.bytes);
  for (let i = 0; i < count; i++) {
    finish(new DataView(blocks.buffer, blocks.byteOffset + i * type.bytes, type.bytes));
  }
  return blocks;
}

/** F32 or F16 values that bfloat16 holds exactly, as bfloat16: the upper half of each as float32. */
export function toBfloat16(type: TensorType, { buffer, byteOffset, byteLength }: Buffer): Buffer {
  const values =
    type.name === "F16"
      ? Float32Array.from(new Float16Array(buffer, byteOffset, byteLength / 2))
      : new Float32Array(buffer, byteOffset, byteLength / 4);
  const halves = new Uint16Array(values.buffer, values.byteOffset, values.length * 2);
  // Every platform here is little-endian, so the upper half comes second.
  return bytesOf(Uint16Array.from(values, (_, index) => halves[2 * index + 1]!));
}

/** `count` ones in F32: norms that change nothing. */
export function ones(count: number): Buffer {
  return bytesOf(new Float32Array(count).fill(1));
}

/**
 * The 12 bytes of packed 6-bit scales and minima of Q4_K and Q5_K, eight of each: every minimum equal to its
 * scale, and both from 32 to 63, so that each sub-block has mean 0.
 */
function equalScalesAndMinima(block: DataView): void {
  for (let i = 0; i < 4; i++) {
    const low = 32 + (block.getUint8(4 + i) & 31);
    const high = 32 + (block.getUint8(8 + i) & 31);
    const packed = low | ((high >> 4) << 6);
    block.setUint8(4 + i, packed);
    block.setUint8(8 + i, packed);
    block.setUint8(12 + i, (high & 15) | ((high & 15) << 4));
  }
}

function half(block: DataView, offset: number, value: number): void {
  block.setFloat16(offset, value, true);
}

function bytesOf(values: Float32Array | Float16Array | Uint32Array | Uint16Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** Blocks in the pattern that a tensor of this type repeats: a prime, so that no two rows of a matrix are alike. */
export function patternLength(type: TensorType): number {
  if (type.elements === 1) return type === tensorType("F32") ? 65_521 : 4_194_301;
  return type.elements === 32 ? 262_139 : 65_521;
}
