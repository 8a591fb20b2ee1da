import { existsSync, statSync } from "node:fs";
import {
  asIs,
  endpointAddress,
  formatQuantization,
  fromUser,
  ggufFileTypes,
  isEndpointAddress,
  isPath,
  type ModelRef,
  parseQuantization,
  publicId,
  transformersQuantizations,
  UnknownNameError,
  UsageError,
} from "@quantlab/core";
import type { CatalogueEntry } from "../catalogue/entries.ts";
import { ownForm } from "../forms/folder-config.ts";
import { defaultStore, entryOf, type Store } from "../store.ts";

/** What a reference names: a catalogue entry, a file or folder of the user's with its absolute path, or what a server holds. */
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
  if (isEndpointAddress(text)) {
    const { url, name } = endpointAddress(text);
    const id = name === null ? url : `${url}#${name}`;
    return { ref: { id, form: "endpoint", quantization: asIs }, entry: null, file: null };
  }
  const { id, quantization } = wholeReference(text);
  const parsed = parseQuantization(quantization);
  if (isPath(id)) {
    const file = fromUser(id);
    const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const form = parsed.form ?? (isFolder ? ownForm(file) : "gguf");
    return {
      ref: { id: publicId(id, file), form, quantization: formatQuantization(parsed) },
      entry: null,
      file,
    };
  }
  const entry = entryOf(store, id);
  if (!entry) {
    const ids = store.catalogue().models.map((model) => model.id);
    throw new UnknownNameError("model", id, ids);
  }
  if (parsed.form === null)
    throw new UnknownNameError("quantization", quantization, [
      ...ggufFileTypes,
      ...transformersQuantizations,
    ]);
  return {
    ref: { id: entry.id, form: parsed.form, quantization: formatQuantization(parsed) },
    entry,
    file: null,
  };
}

/** The model that a reference names: "sprout:Q4_K_M", "./file.gguf", "./folder:mlx-4bit-g64". Throws as `resolveModel`. */
export function parseReference(reference: string, store: Store = defaultStore): ModelRef {
  return parseTarget(store, reference).ref;
}

/** Another model in the same quantization, for --model; a UsageError where the other names one of its own. */
export function withModel(reference: string, other: string): string {
  const own = wholeReference(reference).quantization;
  if (isEndpointAddress(other)) {
    throw new UsageError(
      `${other} is what a server holds, and every arm brings its own quantization (here ${own})`,
      'name it as an arm\'s model, or ask "pnpm lab bench -m" with its address',
    );
  }
  const { id, quantization } = splitReference(other);
  if (quantization !== null) {
    throw new UsageError(
      `"${other}" names a quantization, but every arm brings its own (here ${own})`,
      `write "${id}"`,
    );
  }
  return `${id}:${own}`;
}

/** The id and the quantization of a reference, as they are written. What exists as a path is a path, colons and all. */
export function splitReference(text: string): { readonly id: string; readonly quantization: string | null } {
  const colon = text.lastIndexOf(":");
  const last = text.slice(colon + 1);
  const isWhole = colon === -1 || /[\\/]|\.gguf$/i.test(last) || (isPath(text) && existsSync(fromUser(text)));
  const [id, quantization] = isWhole ? [text, null] : [text.slice(0, colon), last];
  if (id === "" || quantization === "")
    throw new UsageError(
      `"${text}" is no model reference`,
      'write it as "sprout:Q4_K_M", "./file.gguf" or "./folder"',
    );
  return { id, quantization };
}

function wholeReference(text: string): { readonly id: string; readonly quantization: string } {
  const { id, quantization } = splitReference(text);
  return { id, quantization: quantization ?? (isPath(id) ? asIs : usualQuantization) };
}
