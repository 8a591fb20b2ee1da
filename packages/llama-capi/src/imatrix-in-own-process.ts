import path from "node:path";
import { EngineError, type Progress, startOwnProcess } from "@quantlab/core";
import type { ImportanceSettings } from "./importance/collection.ts";
import { lastWordsOf } from "./last-words.ts";
import { findLibrary, type GpuChoice } from "./library/installed-library.ts";

export interface ImportanceMatrixRequest extends Omit<ImportanceSettings, "onChunk"> {
  /** A GGUF file, and a file of text. */
  readonly model: string;
  readonly text: string;
  /** Where nothing lies yet. */
  readonly output: string;
  /** The text's name in the file; its file name unless said. */
  readonly dataset?: string;
  /** false: the CPU alone, whatever is installed. */
  readonly gpu?: GpuChoice;
}

/** How far the process is. */
export interface ChunksDone {
  readonly done: number;
  readonly total: number;
}

export interface ComputedMatrix {
  readonly chunks: number;
  readonly tensors: number;
}

/**
 * Computes an importance matrix and writes it as llama.cpp's GGUF, in a Node process of its own: the library calls back
 * for every tensor, which blocks a process whole. `signal` kills it at once; what it had written stays where it is, so
 * write to a temporary name.
 */
export async function imatrixInOwnProcess(
  request: ImportanceMatrixRequest & {
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: Progress) => void;
  },
): Promise<ComputedMatrix> {
  const { signal, onProgress, ...plain } = request;
  findLibrary(plain.gpu);
  signal?.throwIfAborted();
  using computing = startOwnProcess(path.join(import.meta.dirname, "imatrix-process.ts"));
  return await computing.run<ImportanceMatrixRequest, ChunksDone, ComputedMatrix>(plain, {
    signal,
    onNote: (chunks) => onProgress?.({ step: "compute the importance matrix", ...chunks, unit: "steps" }),
    died: (end) =>
      new EngineError(
        "llama.cpp",
        `no importance matrix of ${plain.model}: ${lastWordsOf(end)}`,
        "check the file with pnpm lab models info, and the free memory with pnpm lab doctor",
      ),
  });
}
