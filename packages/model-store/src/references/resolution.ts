import { statSync } from "node:fs";
import {
  asIs,
  formatModelRef,
  fromUser,
  fullTypes,
  isPath,
  type ModelFile,
  type ModelRef,
  publicId,
  UnavailableError,
} from "@quantlab/core";
import { formOf } from "../artifacts/form-of.ts";
import { keepModel } from "../artifacts/kept-models.ts";
import { type FindOptions, NotOnDisk } from "../artifacts/making.ts";
import { keepQuantized } from "../artifacts/quantization.ts";
import { describeFolder, storedDataType } from "../forms/folder.ts";
import { ownForm } from "../forms/folder-config.ts";
import { resolveLocal } from "../sources/local.ts";
import { fromOrigin } from "../sources/origin.ts";
import { resolvePackaged } from "../sources/packaged.ts";
import { resolvePublished } from "../sources/published.ts";
import { resolveShipped } from "../sources/shipped.ts";
import { resolveSynthetic } from "../sources/synthetic-model.ts";
import { defaultStore, entryOf, type Store } from "../store.ts";
import { parseTarget, type Target } from "./reference.ts";
import { SharedWork } from "./shared-work.ts";

/** Left out means the default. */
export interface ResolveModelOptions extends Omit<FindOptions, "onlyFind"> {
  readonly store?: Store;
}

const jobs = new WeakMap<Store, SharedWork<ModelFile>>();

/**
 * The model that a reference names, found, downloaded or made, and verified: "sprout:Q4_K_M",
 * "qwen2.5-0.5b-instruct:mlx-4bit-g64", "./file.gguf" (from where the user stands). Without a quantization a catalogue
 * model is Q4_K_M and a file or folder what it is. Unknown names throw an UnknownNameError that says which are known;
 * what cannot be had in a form is an UnavailableError. Concurrent callers share one result.
 */
export async function resolveModel(
  reference: string,
  { store = defaultStore, ...options }: ResolveModelOptions = {},
): Promise<ModelFile> {
  const target = parseTarget(store, reference);
  const shared = jobs.get(store) ?? new SharedWork();
  jobs.set(store, shared);
  const { signal: _, onProgress: __, ...settings } = options;
  const { calibration = "", from = "" } = settings;
  const key = [target.file ?? "", formatModelRef(target.ref), calibration, from].join("\n");
  return shared.run(key, options, (working) => resolveTarget(store, target, { ...working, ...settings }));
}

/** The file that a target names if it is on disk, verified; null when it would have to be downloaded or made. */
export async function findTarget(store: Store, target: Target): Promise<ModelFile | null> {
  try {
    return await resolveTarget(store, target, { onlyFind: true });
  } catch (error) {
    if (error instanceof NotOnDisk) return null;
    throw error;
  }
}

/**
 * The Hugging Face folder that a model is converted from: the catalogue's, or one of the user's ("./folder"). Throws an
 * UnknownNameError for an unknown id, and an UnavailableError for a model that has no such folder.
 */
export async function resolveFullWeights(
  id: string,
  { store = defaultStore, ...options }: ResolveModelOptions & FindOptions = {},
): Promise<ModelFile> {
  if (!isPath(id)) {
    const entry = entryOf(store, id);
    const own = entry && entry.kind !== "synthetic" ? entry.hf : {};
    // The one to convert from first.
    const preferred = ["bfloat16", "float16", "float32"];
    const stored = preferred.find((name) => Object.hasOwn(own, name)) ?? preferred[0]!;
    return resolveTarget(store, parseTarget(store, `${id}:${stored}`), options);
  }
  const folder = fromUser(id);
  const ref = { id: publicId(id, folder), form: "hf", quantization: asIs } as const;
  if (/\.gguf$/i.test(folder)) {
    throw new UnavailableError(
      `${ref.id} is a GGUF file, which holds no Hugging Face form to convert from`,
      "give the folder that it was made from",
    );
  }
  return describeFolder(store, folder, ref, [], options);
}

async function resolveTarget(store: Store, target: Target, options: FindOptions): Promise<ModelFile> {
  const { ref, entry } = target;
  options.signal?.throwIfAborted();
  if (ref.form === "endpoint")
    throw new UnavailableError(
      `a server holds ${ref.id}: there is no file of it here`,
      "name a file or folder",
    );
  if (entry?.kind !== "published") return resolveAtSource(store, target, options);
  return fromOrigin(store, entry, options, {
    hub: (working) => resolveAtSource(store, target, working),
    index: (packaged, working) =>
      ref.form === "mlx" ? convert(store, target, working) : resolvePackaged(store, packaged, ref, working),
  });
}

async function resolveAtSource(store: Store, target: Target, options: FindOptions): Promise<ModelFile> {
  const { ref, entry, file } = target;
  if (!isThere(target)) return convert(store, target, options);
  if (file !== null) return resolveLocal(store, ref, file, options);
  switch (entry?.kind) {
    case "shipped":
      return resolveShipped(store, entry, ref, options);
    case "synthetic":
      return resolveSynthetic(store, entry, ref, options);
    case "published":
      return resolvePublished(store, entry, ref, options);
    default:
      throw new TypeError(`a target without entry and file: ${ref.id}`);
  }
}

/** Whether the source holds the model in the wanted form, or GGUF with full weights to quantize from. */
function isThere({ ref, entry, file }: Target): boolean {
  if (file === null)
    return ref.form !== "mlx" || (entry?.kind === "published" && Object.hasOwn(entry.mlx, ref.quantization));
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return ref.form === "gguf" ? !isFolder : ref.form === "hf" || ownForm(file) === "mlx";
}

/** A model in a form that an engine's package makes of the Hugging Face folder. */
async function convert(store: Store, { ref, file }: Target, options: FindOptions): Promise<ModelFile> {
  const form = formOf(store, ref, options);
  const source = () => resolveFullWeights(file ?? ref.id, { ...options, store });
  const keep = async (made: ModelRef) => {
    const recipe = await form.recipe({ ref: made, source, calibration: options.calibration ?? null });
    return keepModel(store, recipe, options);
  };
  if (ref.form !== "gguf" || fullTypes.includes(ref.quantization)) return keep(ref);
  const stored = await storedDataType((await source()).path);
  const full = await keep({ ...ref, quantization: exactTypes[stored] ?? "F16" });
  return keepQuantized(store, ref, full, options);
}

/** GGUF types that hold a folder's weights without a loss. */
const exactTypes: Readonly<Record<string, string>> = { bfloat16: "BF16", float32: "F32" };
