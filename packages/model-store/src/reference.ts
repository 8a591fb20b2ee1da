import { statSync } from "node:fs";
import path from "node:path";
import {
  fromUser,
  type ModelForm,
  type ModelRef,
  toPublicPath,
  UnknownNameError,
  UsageError,
} from "@quantlab/core";
import type { CatalogueEntry } from "./catalogue-types.ts";
import { ownForm } from "./folder/own.ts";
import { asIs, checkedQuantization, folderQuantizations } from "./quantizations.ts";
import { entryOf, type Store } from "./store.ts";

/** What a reference names: a catalogue entry, or a file or folder of the user's with its absolute path. */
export interface Target {
  readonly ref: ModelRef;
  readonly entry: CatalogueEntry | null;
  readonly file: string | null;
}

/** The quantization of a catalogue model that is named without one. */
const usualQuantization = "Q4_K_M";

/**
 * What `<id>[:<quantization>]` names. Without a quantization a catalogue model is Q4_K_M and a file or folder what it
 * is. Unknown names throw an UnknownNameError with the nearest known one. Of a path only its kind is looked at.
 */
export function parseTarget(store: Store, text: string): Target {
  const { id, quantization } = splitReference(text);
  return targetOf(store, id, quantization ?? (isPath(id) ? asIs : usualQuantization));
}

/** A model id (or path) in a quantization. */
export function targetOf(store: Store, id: string, quantization: string): Target {
  if (isPath(id)) {
    const file = fromUser(id);
    const name = isMlxName(quantization) ? quantization : checkedQuantization(quantization, [asIs]);
    const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const form = name === asIs ? (isFolder ? ownForm(file) : "gguf") : formOfName(name);
    return { ref: { id: publicId(id, file), form, quantization: name }, entry: null, file };
  }
  const entry = entryOf(store, id);
  if (!entry) {
    const ids = store.catalogue().models.map((model) => model.id);
    throw new UnknownNameError("model", id, ids);
  }
  return { ref: formOf(entry, quantization), entry, file: null };
}

/** The id and the quantization of a reference, as they are written. */
export function splitReference(text: string): { readonly id: string; readonly quantization: string | null } {
  const colon = text.lastIndexOf(":");
  const id = colon === -1 ? text : text.slice(0, colon);
  const quantization = colon === -1 ? null : text.slice(colon + 1);
  if (id === "" || quantization === "")
    throw new UsageError(
      `"${text}" is no model reference`,
      'write it as "sprout:Q4_K_M", "./file.gguf" or "./folder"',
    );
  return { id, quantization };
}

/** Another model's target in the quantization of `ref`. */
export function retarget(store: Store, ref: ModelRef, reference: string): Target {
  const { id, quantization } = splitReference(reference);
  if (quantization !== null) {
    throw new UsageError(
      `"${reference}" names a quantization, but every arm brings its own (here ${ref.quantization})`,
      `write "${id}"`,
    );
  }
  return targetOf(store, id, ref.quantization);
}

function formOf(entry: CatalogueEntry, quantization: string): ModelRef {
  // What MLX can make is MLX's to know: its names are checked where they are made.
  const name = isMlxName(quantization) ? quantization : checkedQuantization(quantization);
  return { id: entry.id, form: formOfName(name), quantization: name };
}

function formOfName(quantization: string): ModelForm {
  if (folderQuantizations.includes(quantization)) return "hf";
  return isMlxName(quantization) ? "mlx" : "gguf";
}

/** "mlx-4bit-g64": the quantizations of folders in MLX form. */
function isMlxName(quantization: string): boolean {
  return quantization.startsWith("mlx-");
}

/** Paths begin with ".", "/" or "~", or end in ".gguf"; no catalogue id does. */
export function isPath(id: string): boolean {
  return /^(\.{1,2}|~)?[\\/]/.test(id) || /\.gguf$/i.test(id);
}

/** A file's or folder's id as it may stand in a committed result: relative as typed, never somebody's home folder. */
export function publicId(typed: string, file: string): string {
  const relative = !path.isAbsolute(typed) && !typed.startsWith("~");
  if (relative) return typed.startsWith(".") ? typed : `./${typed}`;
  return `./${toPublicPath(file)}`;
}
