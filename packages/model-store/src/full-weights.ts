import { fromUser, type ModelSource, UnavailableError } from "@quantlab/core";
import type { CatalogueEntry } from "./catalogue-types.ts";
import { describeFolder } from "./folder/describe.ts";
import { asIs } from "./quantizations.ts";
import { isPath, publicId, targetOf } from "./reference.ts";
import { sourceOf } from "./source.ts";
import { defaultStore, entryOf, type Store } from "./store.ts";

/** Data types of full weights in a Hugging Face folder, the one to convert from first. */
const dataTypes = ["bfloat16", "float16", "float32"];

/**
 * The Hugging Face folder that a model is converted from: the catalogue's, or one of the user's ("./folder"). An
 * unknown id throws an UnknownNameError; a model that has no such folder gives an UnavailableError when it is resolved.
 */
export function fullWeights(id: string, store: Store = defaultStore): ModelSource {
  if (isPath(id)) return userFolder(id, store);
  const entry = entryOf(store, id);
  // An unknown id is refused by the same words as anywhere.
  return sourceOf(store, targetOf(store, id, entry ? storedDataType(entry) : dataTypes[0]!));
}

function storedDataType(entry: CatalogueEntry): string {
  const own = entry.kind === "synthetic" ? {} : entry.hf;
  return dataTypes.find((name) => Object.hasOwn(own, name)) ?? dataTypes[0]!;
}

function userFolder(typed: string, store: Store): ModelSource {
  const folder = fromUser(typed);
  const ref = { id: publicId(typed, folder), form: "hf", quantization: asIs } as const;
  return {
    ref,
    async resolve(options = {}) {
      if (/\.gguf$/i.test(folder)) {
        throw new UnavailableError(
          `${ref.id} is a GGUF file, which holds no Hugging Face form to convert from`,
          "give the folder that it was made from",
        );
      }
      return describeFolder(store, folder, ref, [], options);
    },
    of: (reference) => fullWeights(reference, store),
  };
}
