import { fromUser, type ModelSource, UsageError } from "@quantlab/core";
import { describeFolder } from "./folder/describe.ts";
import { asIs } from "./quantizations.ts";
import { isPath, publicId, targetOf } from "./reference.ts";
import { sourceOf } from "./source.ts";
import { defaultStore, entryOf, type Store } from "./store.ts";

/** Data types of full weights in a Hugging Face folder, the one to convert from first. */
const dataTypes = ["bfloat16", "float16", "float32"];

/**
 * The Hugging Face folder that a model is converted from: the catalogue's, or one of the user's ("./folder"). Throws
 * a UsageError for a model that has none, an UnknownNameError for one that is not known.
 */
export function fullWeights(id: string, store: Store = defaultStore): ModelSource {
  if (isPath(id)) return userFolder(id, store);
  const entry = entryOf(store, id);
  const own = entry && entry.kind !== "synthetic" ? entry.hf : {};
  const type = dataTypes.find((name) => Object.hasOwn(own, name));
  // An unknown id is refused by the same words as anywhere.
  if (!entry || type) return sourceOf(store, targetOf(store, id, type ?? "F16"));
  const others = store.catalogue().models.filter((model) => model.kind !== "synthetic");
  throw new UsageError(
    `${id} has no Hugging Face form to convert from`,
    `choose one of ${others.map((model) => model.id).join(", ")}, or the path of such a folder`,
  );
}

function userFolder(typed: string, store: Store): ModelSource {
  const folder = fromUser(typed);
  if (/\.gguf$/i.test(folder)) {
    throw new UsageError(
      `${typed} is a GGUF file, which holds no Hugging Face form to convert from`,
      "give the folder that it was made from",
    );
  }
  const ref = { id: publicId(typed, folder), form: "hf", quantization: asIs } as const;
  return {
    ref,
    resolve: (options = {}) => describeFolder(store, folder, ref, [], options),
    of: (reference) => fullWeights(reference, store),
  };
}
