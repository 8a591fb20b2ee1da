import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import {
  BadFileError,
  defaultThreads,
  digestOf,
  type ModelFile,
  modelSlug,
  type ProvenanceStep,
  type ResolveOptions,
  requireOutput,
  toPublicPath,
  UnavailableError,
} from "@quantlab/core";
import { imatrixInOwnProcess, llamaVersion, metadataNumber, readGguf } from "@quantlab/llama-capi";
import { defaultStore, type Store } from "../store.ts";
import { fileSha256 } from "../verification/checksums.ts";
import { calibrationSha256 } from "./calibration-text.ts";
import { keptDescription, ownDescription, requireFreeDescription } from "./descriptions.ts";
import { keptFolder } from "./kept-models.ts";
import { type FindOptions, lockOfOutput, type Making, makeOnce } from "./making.ts";

/** An importance matrix on disk, in llama.cpp's GGUF form. */
export interface ImportanceMatrix {
  readonly path: string;
  readonly sha256: string;
  /** How it came to be: the step "calibrate" of every file that is quantized with it. */
  readonly provenance: ProvenanceStep;
}

/** Left out means the default. */
export interface ImportanceSettings {
  readonly store?: Store;
  /** Tokens of a chunk; 512 unless said. */
  readonly chunkSize?: number;
  /** The first chunks of the text; all of them unless said. */
  readonly chunks?: number;
  /** Also the output's matrix, where the model has one beside its embedding. */
  readonly processOutput?: boolean;
  /** One a performance core unless said (`defaultThreads`). They change nothing but the time. */
  readonly threads?: number;
}

/**
 * The importance matrix of a model with full weights over a calibration text (a path), computed once and kept by the
 * digest of everything that decides it. With `onlyFind` one that is not on disk is a NotOnDisk. Test text is refused.
 */
export async function keepImportanceMatrix(
  source: ModelFile,
  calibration: string,
  options: FindOptions & ImportanceSettings,
): Promise<ImportanceMatrix> {
  const { store = defaultStore } = options;
  const provenance = await provenanceOf(source, calibration, options);
  const { id, quantization } = source.ref;
  const name = `${modelSlug(id)}-${quantization}-${digestOf(provenance).slice(0, 12)}.imatrix`;
  const place = path.join(keptFolder(store, id), name);
  const making = makingOf(store, source, calibration, provenance, place, options);
  return makeOnce({ ...making, find: () => findKept(store, place, options) }, options);
}

/**
 * The same, written to a file of the user's instead of kept, with its history beside it. A matrix of the lab's that lies
 * there is replaced once the new one is whole; anything else is a BadFileError.
 */
export async function writeImportanceMatrix(
  source: ModelFile,
  calibration: string,
  output: string,
  options: ResolveOptions & ImportanceSettings,
): Promise<ImportanceMatrix> {
  const { store = defaultStore } = options;
  await requireOutput(output, {
    inputs: [source.path, calibration],
    async isOurs() {
      const described = await ownDescription("stored-matrix", output);
      return described !== null && described.sha256 === (await fileSha256(store, output, options));
    },
  });
  await requireFreeDescription("stored-matrix", output);
  const provenance = await provenanceOf(source, calibration, options);
  const making = makingOf(store, source, calibration, provenance, output, options);
  return makeOnce({ ...making, lock: lockOfOutput(store, output), find: async () => null }, options);
}

/** An importance matrix of the user's, with its history where the lab wrote one beside it. */
export async function importanceMatrixFile(
  store: Store,
  file: string,
  options: ResolveOptions,
): Promise<ImportanceMatrix> {
  const { metadata } = readGguf(file);
  const sha256 = await fileSha256(store, file, options);
  const described = await ownDescription("stored-matrix", file);
  const unknown = {
    step: "calibrate",
    tool: "unknown",
    version: "unknown",
    settings: {
      file: path.basename(file),
      sha256,
      chunks: metadataNumber(metadata, "imatrix.chunk_count"),
      chunkSize: metadataNumber(metadata, "imatrix.chunk_size"),
    },
    inputSha256: null,
  };
  return {
    path: file,
    sha256,
    provenance: described?.sha256 === sha256 ? described.provenance : unknown,
  };
}

/** The kept matrices of a model of this id. */
export async function keptMatrices(store: Store, id: string): Promise<readonly string[]> {
  const folder = keptFolder(store, id);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".imatrix.json"));
  const found = names.map(async (name) => {
    const file = path.join(folder, name.slice(0, -".json".length));
    return (await keptDescription("stored-matrix", file))?.model.id === id ? [file] : [];
  });
  return (await Promise.all(found)).flat();
}

function makingOf(
  store: Store,
  source: ModelFile,
  calibration: string,
  provenance: ProvenanceStep,
  place: string,
  settings: ResolveOptions & ImportanceSettings,
): Omit<Making<ImportanceMatrix>, "find"> {
  return {
    place,
    async make(temporary, { signal, onProgress }) {
      await imatrixInOwnProcess({
        model: source.path,
        text: calibration,
        output: temporary,
        dataset: toPublicPath(calibration),
        threads: settings.threads ?? defaultThreads(),
        ...collecting(settings),
        ...(signal && { signal }),
        ...(onProgress && {
          onProgress: (progress) =>
            onProgress({ ...progress, step: `importance matrix of ${source.ref.id}, chunks` }),
        }),
      });
      return null;
    },
    async describe(temporary) {
      const sha256 = await fileSha256(store, temporary, settings, place);
      return { path: place, sha256, provenance };
    },
    document: ({ path: _, ...stored }) => ({ model: source.ref, ...stored }),
  };
}

function collecting({ chunkSize = 512, chunks, processOutput = false }: ImportanceSettings) {
  return { chunkSize, processOutput, ...(chunks === undefined ? {} : { chunks }) };
}

/** Throws an UnavailableError for a folder. */
async function provenanceOf(
  { ref, sha256 }: ModelFile,
  calibration: string,
  settings: ImportanceSettings,
): Promise<ProvenanceStep> {
  if (ref.form !== "gguf")
    throw new UnavailableError(
      `${ref.id} is a folder, and an importance matrix is computed with llama.cpp`,
      'convert it first: "pnpm lab convert"',
    );
  return {
    step: "calibrate",
    tool: "llama.cpp",
    version: llamaVersion,
    settings: {
      calibration: toPublicPath(calibration),
      calibrationSha256: await calibrationSha256(calibration),
      ...collecting(settings),
    },
    inputSha256: sha256,
  };
}

/** The matrix at this path, or null when it is not there or never got its description. */
async function findKept(
  store: Store,
  file: string,
  options: ResolveOptions,
): Promise<ImportanceMatrix | null> {
  const stored = await keptDescription("stored-matrix", file);
  if (!stored || !existsSync(file)) return null;
  const found = await fileSha256(store, file, options);
  if (found === stored.sha256) return { path: file, sha256: found, provenance: stored.provenance };
  throw new BadFileError(
    file,
    `is damaged: its sha256 is ${found}, not ${stored.sha256}`,
    `delete it; it is computed again when needed (${(await stat(file)).size} bytes)`,
  );
}
