import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import {
  BadFileError,
  digestOf,
  locked,
  type ModelFile,
  modelSlug,
  type ProvenanceStep,
  type ResolveOptions,
  sha256,
  toPublicPath,
  UnavailableError,
  writeFileAtomic,
} from "@quantlab/core";
import { imatrixInOwnProcess, llamaVersion } from "@quantlab/llama-capi";
import { calibrationSha256 } from "./calibration-text.ts";
import { type FindOptions, requireMaking } from "./find.ts";
import { madeFolder, removeLeftovers } from "./made.ts";
import type { Store } from "./store.ts";
import { parseDocument } from "./validate.ts";
import { fileSha256 } from "./verify.ts";

/** An importance matrix on disk, in llama.cpp's GGUF form. */
export interface ImportanceMatrix {
  readonly path: string;
  readonly sha256: string;
  /** How it came to be: the step "calibrate" of every file that is quantized with it. */
  readonly provenance: ProvenanceStep;
}

/** Left out means the default. */
export interface ImportanceSettings {
  /** Tokens of a chunk; 512 unless said. */
  readonly chunkSize?: number;
  /** The first chunks of the text; all of them unless said. */
  readonly chunks?: number;
  /** Also the output's matrix, where the model has one beside its embedding. */
  readonly processOutput?: boolean;
  /** Every core unless said. They change nothing but the time. */
  readonly threads?: number;
}

export interface ImportanceMatrixOptions extends FindOptions, ImportanceSettings {
  readonly store: Store;
}

/**
 * The importance matrix of a model with full weights over a calibration text (a path), computed once and kept by the
 * digest of everything that decides it. With `onlyFind` one that is not on disk is a NotOnDisk. Test text is refused.
 */
export async function makeImportanceMatrix(
  source: ModelFile,
  calibration: string,
  { store, ...options }: ImportanceMatrixOptions,
): Promise<ImportanceMatrix> {
  requireGguf(source);
  const provenance = await provenanceOf(source, calibration, options);
  const { id, quantization } = source.ref;
  const name = `${modelSlug(id)}-${quantization}-${digestOf(provenance).slice(0, 12)}.imatrix`;
  const file = path.join(madeFolder(store, id), name);
  const there = await readMatrix(store, file, options);
  if (there) return there;
  requireMaking(options);
  return locked(file, options, async () => {
    const meanwhile = await readMatrix(store, file, options);
    if (meanwhile) return meanwhile;
    await removeLeftovers(file);
    await compute(source, calibration, file, options);
    return describe(source, { path: file, sha256: await fileSha256(store, file, options), provenance });
  });
}

async function describe({ ref }: ModelFile, matrix: ImportanceMatrix): Promise<ImportanceMatrix> {
  const { path: file, ...stored } = matrix;
  const text = JSON.stringify({ schemaVersion: 1, model: ref, ...stored }, null, 1);
  await writeFileAtomic(`${file}.json`, `${text}\n`);
  return matrix;
}

/**
 * The same, written to a file of the user's instead of kept, with its history beside it. What lies there is replaced
 * once the new one is whole.
 */
export async function writeImportanceMatrix(
  source: ModelFile,
  calibration: string,
  output: string,
  options: ResolveOptions & ImportanceSettings,
): Promise<ImportanceMatrix> {
  requireGguf(source);
  const provenance = await provenanceOf(source, calibration, options);
  await compute(source, calibration, output, options);
  const digest = sha256(await readFile(output));
  return describe(source, { path: output, sha256: digest, provenance });
}

/** The kept matrices of a model of this id. */
export async function importanceMatrices(store: Store, id: string): Promise<readonly string[]> {
  const folder = madeFolder(store, id);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".imatrix.json"));
  const found = names.map(async (name) => {
    const sidecar = path.join(folder, name);
    const { model } = parseDocument("stored-matrix", await readFile(sidecar, "utf8"), sidecar);
    return model.id === id ? [sidecar.slice(0, -".json".length)] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Appears under its name only when whole. */
async function compute(
  source: ModelFile,
  calibration: string,
  file: string,
  options: ResolveOptions & ImportanceSettings,
): Promise<void> {
  const { signal, onProgress, threads = availableParallelism() } = options;
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(path.dirname(file), { recursive: true });
  await rm(temporary, { force: true });
  try {
    await imatrixInOwnProcess({
      model: source.path,
      text: calibration,
      output: temporary,
      dataset: toPublicPath(calibration),
      threads,
      ...collecting(options),
      ...(signal && { signal }),
      ...(onProgress && {
        onProgress: (progress) =>
          onProgress({ ...progress, step: `importance matrix of ${source.ref.id}, chunks` }),
      }),
    });
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

function collecting({ chunkSize = 512, chunks, processOutput = false }: ImportanceSettings) {
  return { chunkSize, processOutput, ...(chunks === undefined ? {} : { chunks }) };
}

async function provenanceOf(
  source: ModelFile,
  calibration: string,
  settings: ImportanceSettings,
): Promise<ProvenanceStep> {
  return {
    step: "calibrate",
    tool: "llama.cpp",
    version: llamaVersion,
    settings: {
      calibration: toPublicPath(calibration),
      calibrationSha256: await calibrationSha256(calibration),
      ...collecting(settings),
    },
    inputSha256: source.sha256,
  };
}

function requireGguf({ ref }: ModelFile): void {
  if (ref.form === "gguf") return;
  throw new UnavailableError(
    `${ref.id} is a folder, and an importance matrix is computed with llama.cpp`,
    'convert it first: "pnpm lab convert"',
  );
}

/** The matrix at this path, or null when it is not there or never got its description. */
async function readMatrix(
  store: Store,
  file: string,
  options: ResolveOptions,
): Promise<ImportanceMatrix | null> {
  const sidecar = `${file}.json`;
  const text = await readFile(sidecar, "utf8").catch(() => null);
  if (text === null || !existsSync(file)) return null;
  const stored = parseDocument("stored-matrix", text, sidecar);
  const found = await fileSha256(store, file, options);
  if (found === stored.sha256) return { path: file, sha256: found, provenance: stored.provenance };
  throw new BadFileError(
    file,
    `is damaged: its sha256 is ${found}, not ${stored.sha256}`,
    `delete it; it is computed again when needed (${(await stat(file)).size} bytes)`,
  );
}
