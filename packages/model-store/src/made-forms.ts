import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { BadFileError, type ModelFile, type ResolveOptions } from "@quantlab/core";
import { describeGguf, readModelGguf } from "./describe.ts";
import { describeFolder, folderSha256 } from "./folder/describe.ts";
import type { Recipe } from "./made.ts";
import type { Store } from "./store.ts";
import { hashFile, requireSha256, stampFileSha256 } from "./verify.ts";
import { withRemedy } from "./with-remedy.ts";

/** Moves a finished file to its place. */
export async function keptFile(
  store: Store,
  { ref, provenance }: Recipe,
  temporary: string,
  written: string | null,
  file: string,
  options: ResolveOptions,
): Promise<ModelFile> {
  const gguf = readModelGguf(temporary);
  const digest = written ?? (await hashFile(temporary, gguf.bytes, `verify ${path.basename(file)}`, options));
  options.signal?.throwIfAborted();
  await rename(temporary, file);
  await stampFileSha256(store, file, digest);
  return describeGguf({ ...gguf, path: file }, ref, digest, provenance);
}

/** Moves a finished folder to its place. It counts as there once its description is written. */
export async function keptFolder(
  store: Store,
  { ref, provenance, synthetic = false }: Recipe,
  temporary: string,
  folder: string,
  options: ResolveOptions,
): Promise<ModelFile> {
  options.signal?.throwIfAborted();
  // What an earlier attempt left here without a description is nobody's.
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
  try {
    const model = await describeFolder(store, folder, ref, provenance, options);
    return { ...model, synthetic: model.synthetic || synthetic };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Throws a BadFileError unless the file is whole and has this sha256. */
export async function requireKeptFile(
  store: Store,
  file: string,
  expected: string,
  remedy: string,
  options: ResolveOptions,
): Promise<void> {
  withRemedy(remedy, () => readModelGguf(file));
  await requireSha256(store, file, expected, remedy, options);
}

/** Throws a BadFileError unless the folder's files are those that were described. */
export async function requireKeptFolder(
  store: Store,
  folder: string,
  expected: string,
  remedy: string,
  options: ResolveOptions,
): Promise<void> {
  const found = await folderSha256(store, folder, options);
  if (found !== expected)
    throw new BadFileError(folder, `is damaged: its sha256 is ${found}, not ${expected}`, remedy);
}
