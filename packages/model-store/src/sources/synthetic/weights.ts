import type { PlannedTensor, TensorType } from "@quantlab/llama-capi";
import { ones, patternLength, randomBlocks } from "./blocks.ts";
import { randomWords } from "./random.ts";

/** How the values of a type are stored in the file: as they are, or as another type. */
export type Encode = (type: TensorType, blocks: Buffer) => Buffer;

/**
 * Deals out the random weights of one tensor after the other, in the order of the file. Every tensor repeats one
 * pattern of its type, begun at a place of its own; the same seed gives the same values in every encoding.
 */
export class Weights {
  readonly #seed: number;
  readonly #encode: Encode;
  readonly #start: () => number;
  readonly #patterns = new Map<string, Buffer>();

  constructor(seed: number, encode: Encode = (_, blocks) => blocks) {
    this.#seed = seed;
    this.#encode = encode;
    this.#start = randomWords(seed);
  }

  *of({ name, type, elements }: PlannedTensor): Generator<Uint8Array> {
    if (name.includes("_norm.")) {
      yield this.#encode(type, ones(elements));
      return;
    }
    const pattern = this.#pattern(type);
    const blockBytes = pattern.length / patternLength(type);
    let from = (this.#start() % patternLength(type)) * blockBytes;
    let left = (elements / type.elements) * blockBytes;
    while (left > 0) {
      const piece = pattern.subarray(from, Math.min(pattern.length, from + left));
      yield piece;
      left -= piece.length;
      from = 0;
    }
  }

  #pattern(type: TensorType): Buffer {
    let pattern = this.#patterns.get(type.name);
    if (!pattern) {
      pattern = this.#encode(type, randomBlocks(type, patternLength(type), this.#seed + type.number));
      this.#patterns.set(type.name, pattern);
    }
    return pattern;
  }
}
