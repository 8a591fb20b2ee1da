import path from "node:path";
import { EngineError, type Progress } from "@quantlab/core";
import { callOnce, nodeScript } from "@quantlab/processes";
import type { ImportanceSettings } from "./importance/collection.ts";
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

export interface ComputedMatrix {
  readonly chunks: number;
  readonly tensors: number;
}

const script = path.join(import.meta.dirname, "imatrix-process.ts");

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
  const program = nodeScript(script, {
    name: "llama.cpp",
    limits: { silenceMs: Number.POSITIVE_INFINITY, cancelMs: 0 },
    failure: ({ what }) =>
      new EngineError(
        "llama.cpp",
        `no importance matrix of ${plain.model}: its process ${what}`,
        "check the file with pnpm lab models info, and the free memory with pnpm lab doctor",
      ),
  });
  return callOnce(program, "imatrix", plain, {
    signal,
    onEvent: (_, chunks) => {
      const done = chunks as Pick<Progress, "done" | "total">;
      onProgress?.({ step: "compute the importance matrix", ...done, unit: "steps" });
    },
  });
}
