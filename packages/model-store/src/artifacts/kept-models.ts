import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import {
  BadFileError,
  formatModelRef,
  type ModelFile,
  type ModelForm,
  type ModelRef,
  modelSlug,
  publicId,
} from "@quantlab/core";
import { checkInOwnProcess } from "@quantlab/llama-capi";
import type { Recipe } from "../form.ts";
import { describeFolder, folderSha256 } from "../forms/folder.ts";
import { describeGguf, readModelGguf } from "../forms/gguf-file.ts";
import type { Store } from "../store.ts";
import { fileSha256, stampFileSha256 } from "../verification/checksums.ts";
import { withRemedy } from "../verification/remedies.ts";
import {
  inTheWay,
  isThere,
  keptDescription,
  ownDescription,
  requireFreeDescription,
} from "./descriptions.ts";
import { type FindOptions, lockOfOutput, type Making, makeOnce } from "./making.ts";

/** The recipe's model in the lab's own folder, made if it is not there. */
export function keepModel(store: Store, recipe: Recipe, options: FindOptions): Promise<ModelFile> {
  const { ref, key } = recipe;
  const name = `${modelSlug(ref.id)}-${ref.quantization}-${key.slice(0, 12)}.${ref.form}`;
  const place = path.join(keptFolder(store, ref.id), name);
  return makeOnce(
    {
      ...makingOf(store, recipe, place, options),
      find: () => findKept(store, place, options),
      async make(temporary, working) {
        // What lies here without a description is nobody's.
        await rm(place, { recursive: true, force: true });
        return recipe.make(temporary, working);
      },
    },
    options,
  );
}

/**
 * The recipe's model at a place of the user's, with its history in a ".json" beside it. What is there is kept: a model
 * that was made in the same way is the answer, anything else a BadFileError.
 */
export function writeModel(
  store: Store,
  recipe: Recipe,
  output: string,
  options: FindOptions,
): Promise<ModelFile> {
  const ref = { ...recipe.ref, id: publicId(output, output) };
  const making = makingOf(store, { ...recipe, ref }, output, options);
  const find = () => findSame(store, recipe, output, options);
  return makeOnce({ ...making, lock: lockOfOutput(store, output), find }, options);
}

function makingOf(
  store: Store,
  { ref, provenance, synthetic = false, make }: Recipe,
  place: string,
  options: FindOptions,
): Omit<Making<ModelFile>, "find"> {
  return {
    place,
    make,
    async describe(temporary, digest) {
      if (ref.form !== "gguf") {
        const model = await describeFolder(store, temporary, ref, provenance, options, place);
        return { ...model, synthetic: model.synthetic || synthetic };
      }
      const gguf = readModelGguf(temporary);
      await checkMade(temporary, ref, options);
      if (digest) await stampFileSha256(store, temporary, digest, place);
      const sha256 = digest ?? (await fileSha256(store, temporary, options, place));
      return describeGguf({ ...gguf, path: place }, ref, sha256, provenance);
    },
    document: ({ path: _, ...stored }) => stored,
  };
}

/** A source that lacks a tensor is quantized and converted without a word, and weights that are no numbers vanish. */
async function checkMade(file: string, { id, quantization }: ModelRef, { signal }: FindOptions) {
  try {
    await checkInOwnProcess(file, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = (cause as Error).message.replace(/^.*?cannot load [^:]*: /, "");
    throw new BadFileError(
      id,
      `made into ${quantization} it does not load: ${reason}`,
      "get the model again: its weights may be too few, too many, or no numbers",
      cause,
    );
  }
}

/** The kept model at this path, verified, or null when it is not there or never got its description. */
async function findKept(store: Store, place: string, options: FindOptions): Promise<ModelFile | null> {
  const description = await keptDescription("stored-model", place);
  // Deleted by hand: made again.
  if (!description || !existsSync(place)) return null;
  const { schemaVersion: _, ...stored } = description;
  const remedy = `run "pnpm lab models remove ${formatModelRef(stored.ref)}"; it is made again when needed`;
  if (stored.ref.form === "gguf") withRemedy(remedy, () => readModelGguf(place));
  const found = await sha256Of(store, place, stored.ref, options);
  if (found !== stored.sha256)
    throw new BadFileError(place, `is damaged: its sha256 is ${found}, not ${stored.sha256}`, remedy);
  return { ...stored, path: place };
}

/** The output as it is, when it was made in this very way; null when nothing is there. */
async function findSame(
  store: Store,
  { ref, provenance }: Recipe,
  output: string,
  options: FindOptions,
): Promise<ModelFile | null> {
  if (!isThere(output)) {
    await requireFreeDescription("stored-model", output);
    return null;
  }
  const described = await ownDescription("stored-model", output);
  const isSame =
    JSON.stringify(described?.provenance) === JSON.stringify(provenance) &&
    described?.sha256 === (await sha256Of(store, output, ref, options));
  if (!described || !isSame) throw inTheWay(output, "exists already, and was made in another way");
  const { schemaVersion: _, ...stored } = described;
  return { ...stored, path: output };
}

function sha256Of(store: Store, place: string, { form }: ModelRef, options: FindOptions): Promise<string> {
  return (form === "gguf" ? fileSha256 : folderSha256)(store, place, options);
}

/** Folder of what is kept of one model. */
export function keptFolder(store: Store, id: string): string {
  return path.join(store.folder, "models", modelSlug(id));
}

const sidecarName = new RegExp(`\\.(${(["gguf", "hf", "mlx"] satisfies ModelForm[]).join("|")})\\.json$`);

/** A kept model: where it should lie, and what it is. */
export interface KeptModel {
  readonly file: string;
  readonly ref: ModelRef;
  /** Brought as it is, from a package index; otherwise made here. */
  readonly fetched: boolean;
}

/** The kept models of this id. */
export async function keptModels(store: Store, id: string): Promise<readonly KeptModel[]> {
  return (await keptIn(keptFolder(store, id))).filter(({ ref }) => ref.id === id);
}

/** Everything that the lab keeps, whatever it was made from. */
export async function allKeptModels(store: Store): Promise<readonly KeptModel[]> {
  const folder = path.join(store.folder, "models");
  const names = await readdir(folder).catch(() => []);
  return (await Promise.all(names.map((name) => keptIn(path.join(folder, name))))).flat();
}

async function keptIn(folder: string): Promise<KeptModel[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => sidecarName.test(name));
  const kept = names.map(async (name) => {
    const file = path.join(folder, name.slice(0, -".json".length));
    const description = await keptDescription("stored-model", file);
    if (!description) return [];
    const { ref, provenance } = description;
    return [{ file, ref, fetched: provenance.at(-1)?.step === "download" }];
  });
  return (await Promise.all(kept)).flat();
}
