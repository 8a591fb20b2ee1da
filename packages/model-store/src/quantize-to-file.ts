import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import {
  BadFileError,
  locked,
  type ModelFile,
  type ModelRef,
  type ResolveOptions,
  sha256,
  UsageError,
} from "@quantlab/core";
import type { Quantized, QuantizeRequest } from "@quantlab/llama-capi";
import { calibrationText } from "./calibration-text.ts";
import { quantizeHistory, quantizeWithRoom, tensorTypesOf } from "./derive.ts";
import { describeGguf, readModelGguf } from "./describe.ts";
import { descriptionOf, parsedDescription, readDescription, writeDescription } from "./described.ts";
import { type ImportanceMatrix, makeImportanceMatrix } from "./importance-matrix.ts";
import { removeLeftovers } from "./made.ts";
import { importanceMatrixFile } from "./matrix-file.ts";
import { formatQuantizationName, type QuantizationName, requireMakeable } from "./quantization-name.ts";
import { publicId } from "./reference.ts";
import { defaultStore, type Store } from "./store.ts";
import { fileSha256, hashFile, stampFileSha256 } from "./verify.ts";

export type TensorOptions = Pick<
  QuantizeRequest,
  "outputType" | "embeddingType" | "tensorTypes" | "pure" | "leaveOutput" | "allowRequantize"
>;

export interface QuantizeToFile extends TensorOptions {
  readonly name: QuantizationName;
  /** Absolute. */
  readonly output: string;
  /** A matrix of the user's for a name with "+imatrix", instead of one from the project's calibration text. */
  readonly importanceMatrix?: string;
  readonly threads?: number;
}

export interface QuantizedFile {
  readonly model: ModelFile;
  /** Null when the very same file was there already. */
  readonly quantized: Quantized | null;
}

/**
 * Quantizes `source` to a file of the user's, with its history in a ".json" beside it. It appears under its name only
 * when whole. A file that is there is kept: one that was made in the same way is the answer, any other a BadFileError.
 */
export async function quantizeToFile(
  source: ModelFile,
  request: QuantizeToFile,
  options: ResolveOptions,
  store: Store = defaultStore,
): Promise<QuantizedFile> {
  const { output, threads, importanceMatrix, ...rest } = request;
  const name = requireMakeable(rest.name);
  if (path.resolve(source.path) === output)
    throw new UsageError(`${output} is the file to quantize from`, "give another name with --output");
  const { name: _, ...tensorOptions } = rest;
  const tensorTypes = tensorTypesOf(name, source, tensorOptions.tensorTypes);
  const own = { ...tensorOptions, ...(tensorTypes && { tensorTypes }) };
  const matrix = name.importanceMatrix ? await matrixOf(store, source, importanceMatrix, options) : null;
  const settings = { type: name.type, importanceMatrix: matrix?.sha256 ?? null, ...own };
  const ref: ModelRef = {
    id: publicId(output, output),
    form: "gguf",
    quantization: formatQuantizationName(name),
  };
  const provenance = quantizeHistory(source, matrix, settings);
  // The lock lies in the lab's folder: nothing but the result appears where the user looks.
  const place = path.join(store.folder, "outputs", sha256(output).slice(0, 32));
  return locked(place, options, async () => {
    const there = await sameFile(store, output, provenance, options);
    if (there) return { model: there, quantized: null };
    await mkdir(path.dirname(output), { recursive: true });
    await removeLeftovers(output);
    const temporary = `${output}.${process.pid}.tmp`;
    try {
      const quantized = await quantizeWithRoom(
        {
          ...own,
          input: source.path,
          output: temporary,
          type: name.type,
          ...(matrix && { importanceMatrix: matrix.path }),
          ...(threads !== undefined && { threads }),
        },
        { source, ref, folder: path.dirname(output) },
        options,
      );
      const gguf = readModelGguf(temporary);
      const step = `verify ${path.basename(output)}`;
      const digest = quantized.sha256 ?? (await hashFile(temporary, gguf.bytes, step, options));
      const model = describeGguf({ ...gguf, path: output }, ref, digest, provenance);
      options.signal?.throwIfAborted();
      await writeDescription(output, model);
      await rename(temporary, output);
      await stampFileSha256(store, output, digest);
      return { model, quantized };
    } finally {
      await rm(temporary, { force: true });
      if (!existsSync(output)) await rm(descriptionOf(output), { force: true });
    }
  });
}

function matrixOf(
  store: Store,
  source: ModelFile,
  file: string | undefined,
  options: ResolveOptions,
): Promise<ImportanceMatrix> {
  return file === undefined
    ? makeImportanceMatrix(source, calibrationText, { ...options, store })
    : importanceMatrixFile(store, file, options);
}

/** The output as it is, when it was made in this very way; null when nothing is there. */
async function sameFile(
  store: Store,
  output: string,
  provenance: ModelFile["provenance"],
  options: ResolveOptions,
): Promise<ModelFile | null> {
  if (!existsSync(output)) {
    // Ours are left behind by a file that was deleted; anything else is somebody's.
    if (existsSync(descriptionOf(output)) && !(await parsedDescription(output)))
      throw inTheWay(descriptionOf(output), "is in the way of the history of the new file");
    return null;
  }
  const described = await readDescription(output, await fileSha256(store, output, options));
  if (described && JSON.stringify(described.provenance) === JSON.stringify(provenance))
    return { ...described, path: output };
  throw inTheWay(output, "exists already, and was made in another way");
}

function inTheWay(file: string, problem: string): BadFileError {
  return new BadFileError(file, problem, "move it away, or give another name with --output");
}
