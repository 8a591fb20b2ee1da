import { readFileSync } from "node:fs";
import path from "node:path";

/** The part that is used here: the types of Node alone do not declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

interface Exports {
  highest(row: number, end: number): number;
  first(row: number, end: number, value: number): number;
  exponentials(row: number, end: number, highest: number, to: number): number;
  differences(
    reference: number,
    end: number,
    arm: number,
    weights: number,
    shift: number,
    cut: number,
    out: number,
  ): void;
}

const pageBytes = 65_536;
/** In front of the rows: two float64 that `differences` writes. */
const resultBytes = 64;

/** One row of a matrix of logits: `vocabulary` numbers from `offset` on. */
export interface Row {
  readonly logits: Float32Array;
  readonly offset: number;
}

/**
 * Places for some rows of one length in the memory of rows.wasm, and its functions over them. Rows are copied there from
 * the engine's memory: at 151,936 tokens that is a tenth of the work.
 */
export class RowKernel {
  readonly vocabulary: number;
  readonly call: Exports;
  readonly #stride: number;
  readonly #floats: Float32Array;
  readonly #results: Float64Array;

  constructor(vocabulary: number, places: number) {
    this.vocabulary = vocabulary;
    this.#stride = Math.ceil(vocabulary / 16) * 64;
    const pages = Math.ceil((resultBytes + places * this.#stride) / pageBytes);
    const memory = new WebAssembly.Memory({ initial: pages });
    compiled ??= new WebAssembly.Module(readFileSync(path.join(import.meta.dirname, "rows.wasm")));
    this.call = new WebAssembly.Instance(compiled, { lab: { memory } }).exports as Exports;
    this.#floats = new Float32Array(memory.buffer);
    this.#results = new Float64Array(memory.buffer, 0, 2);
    // What fills up the last portion of a row is no token.
    this.#floats.fill(Number.NEGATIVE_INFINITY, resultBytes / 4);
  }

  /** Where a place's row begins, and where it ends with its filling. */
  start(place: number): number {
    return resultBytes + place * this.#stride;
  }

  end(place: number): number {
    return this.start(place) + this.#stride;
  }

  /** Copies a row to a place. */
  set(place: number, { logits, offset }: Row): void {
    this.#floats.set(logits.subarray(offset, offset + this.vocabulary), this.start(place) / 4);
  }

  /** The largest logit of the row at a place, and Σ exp(logit − largest). The exponentials are left at `to`. */
  partition(place: number, to: number): { readonly highest: number; readonly sum: number } {
    const [start, end] = [this.start(place), this.end(place)];
    const highest = this.call.highest(start, end);
    return { highest, sum: this.call.exponentials(start, end, highest, this.start(to)) };
  }

  get results(): readonly [number, number] {
    return [this.#results[0]!, this.#results[1]!];
  }
}

let compiled: object | undefined;
const kernels = new Map<number, RowKernel>();

/** A kernel with three places for a vocabulary, made once; the last vocabulary's alone is kept. */
export function rowKernel(vocabulary: number): RowKernel {
  let kernel = kernels.get(vocabulary);
  if (!kernel) {
    kernels.clear();
    kernel = new RowKernel(vocabulary, 3);
    kernels.set(vocabulary, kernel);
  }
  return kernel;
}
