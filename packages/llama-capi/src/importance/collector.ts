import { EngineError } from "@quantlab/core";
import type { Llama } from "../library/llama.ts";
import { readTensor, type TensorView, viewTensor } from "./tensor-view.ts";

/** What went into one weight tensor: for each of its matrices (a matrix an expert) a row of sums and a count. */
export interface Importance {
  readonly columns: number;
  /** Sums of squared inputs, [counts.length, columns] where every matrix has a count of its own. */
  readonly sums: Float32Array;
  /** Rows of input that were summed: one count for all matrices of a dense tensor, one an expert otherwise. */
  readonly counts: Float64Array;
}

/** Fewer rows are a token being generated, not a text being read; llama-imatrix draws the line here too. */
const fewestRows = 16;

/**
 * Sums, for every weight matrix that a graph multiplies with, the squares of what it is multiplied with, column by
 * column, as llama.cpp's imatrix tool does: matrices of the blocks, experts, and on request the output's.
 */
export class ImportanceCollector {
  readonly found = new Map<string, Importance>();
  readonly #llama: Llama;
  readonly #processOutput: boolean;
  #input = new ArrayBuffer(0);
  #experts = new ArrayBuffer(0);

  constructor(llama: Llama, options: { readonly processOutput: boolean }) {
    this.#llama = llama;
    this.#processOutput = options.processOutput;
  }

  wants({ operator, sources }: TensorView): boolean {
    if (operator === "MUL_MAT_ID") return true;
    if (operator !== "MUL_MAT") return false;
    const input = viewTensor(this.#llama, sources[1]!);
    if (input.shape[1]! < fewestRows || input.type !== "f32") return false;
    const name = weightName(viewTensor(this.#llama, sources[0]!).name);
    return name.startsWith("blk.") || (this.#processOutput && name === "output.weight");
  }

  see({ operator, sources }: TensorView): void {
    const [weights, input] = [viewTensor(this.#llama, sources[0]!), viewTensor(this.#llama, sources[1]!)];
    const name = weightName(weights.name);
    if (input.type !== "f32" || input.strides[0] !== 4)
      throw new EngineError("llama.cpp", `${name} is multiplied with ${input.type} in an order of its own`);
    this.#input = readTensor(this.#llama, input.pointer, this.#input);
    const sums =
      operator === "MUL_MAT_ID"
        ? this.#addExperts(name, weights, input, viewTensor(this.#llama, sources[2]!))
        : this.#addDense(name, weights, input);
    if (!Number.isFinite(total(sums))) {
      throw new EngineError(
        "llama.cpp",
        `what the model computes for ${name} is not finite`,
        "the weights are damaged or overflow in this type: get the file again, or calibrate on one in F32 or BF16",
      );
    }
  }

  /** Every row of the input belongs to the matrix of its place along the outer axes. */
  #addDense(name: string, weights: TensorView, input: TensorView): Float32Array {
    const [columns, rows, deep, outer] = input.shape as [number, number, number, number];
    const [, , matrices, groups] = weights.shape as [number, number, number, number];
    const { sums, counts } = this.#entry(name, columns, matrices * groups, 1);
    const values = new Float32Array(this.#input);
    for (let i3 = 0; i3 < outer; i3++)
      for (let i2 = 0; i2 < deep; i2++) {
        const matrix = (i3 % groups) * matrices + (i2 % matrices);
        for (let row = 0; row < rows; row++)
          addSquares(sums, matrix * columns, values, place(input, row, i2, i3), columns);
      }
    // A tensor that experts share with a dense product has a count each; otherwise there is one.
    for (let index = 0; index < counts.length; index++)
      counts[index]! += (rows * deep * outer) / (matrices * groups);
    return sums;
  }

  /** `ids` [experts used, tokens] says which expert gets which row of the input [columns, experts used or 1, tokens]. */
  #addExperts(name: string, weights: TensorView, input: TensorView, ids: TensorView): Float32Array {
    const [columns, slots, tokens, outer] = input.shape as [number, number, number, number];
    if (outer !== 1) throw new EngineError("llama.cpp", `${name} takes inputs of four axes`);
    const experts = weights.shape[2]!;
    this.#experts = readTensor(this.#llama, ids.pointer, this.#experts);
    const chosen = new Int32Array(this.#experts);
    const { sums, counts } = this.#entry(name, columns, experts, experts);
    const values = new Float32Array(this.#input);
    for (let used = 0; used < ids.shape[0]!; used++)
      for (let token = 0; token < tokens; token++) {
        const expert = chosen[(used * ids.strides[0]! + token * ids.strides[1]!) / 4]!;
        counts[expert]!++;
        addSquares(sums, expert * columns, values, place(input, used % slots, token, 0), columns);
      }
    return sums;
  }

  #entry(name: string, columns: number, matrices: number, counts: number): Importance {
    const there = this.found.get(name);
    if (there && there.sums.length !== columns * matrices)
      throw new EngineError("llama.cpp", `${name} is multiplied with inputs of different widths`);
    if (there) return there;
    const entry = {
      columns,
      sums: new Float32Array(columns * matrices),
      counts: new Float64Array(counts),
    };
    this.found.set(name, entry);
    return entry;
  }
}

/** "blk.0.attn_k.weight" of "CUDA0#blk.0.attn_k.weight#0": a copy on a device names where it is. */
function weightName(name: string): string {
  return name.split("#")[1] ?? name;
}

/** Index of the first value of a row of float32. */
function place({ strides }: TensorView, row: number, i2: number, i3: number): number {
  return (row * strides[1]! + i2 * strides[2]! + i3 * strides[3]!) / 4;
}

/** In float32, row after row, so that the sums are llama.cpp's own. */
function addSquares(
  sums: Float32Array,
  to: number,
  values: Float32Array,
  from: number,
  columns: number,
): void {
  for (let column = 0; column < columns; column++) {
    const value = values[from + column]!;
    sums[to + column]! += Math.fround(value * value);
  }
}

/** Not finite where one of the values is not: a double holds any sum of float32s. */
function total(values: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum;
}
