import { formatModelRef, type ModelFile, type ModelSource } from "@quantlab/core";
import { parseTarget, retarget, type Target, targetOf } from "./reference.ts";
import { resolveTarget } from "./resolve.ts";
import { SharedWork } from "./shared-work.ts";
import { defaultStore, type Store } from "./store.ts";

const jobs = new WeakMap<Store, SharedWork<ModelFile>>();

/** A target as experiments hold it: nothing is read, fetched or made before `resolve`. */
export function sourceOf(store: Store, target: Target): ModelSource {
  return {
    ref: target.ref,
    resolve(options = {}) {
      const key = `${target.file ?? ""} ${formatModelRef(target.ref)}`;
      return jobsOf(store).run(key, options, (shared) => resolveTarget(store, target, shared));
    },
    of: (reference) => sourceOf(store, retarget(store, target.ref, reference)),
  };
}

/**
 * A model in one quantization, as an experiment's arm names it: `model("sprout", "Q4_K_M")`. The id is one of the
 * catalogue or the path of a .gguf file. Unknown names throw an UnknownNameError that says which are known.
 */
export function model(id: string, quantization: string, store: Store = defaultStore): ModelSource {
  return sourceOf(store, targetOf(store, id, quantization));
}

/**
 * A model as people write it: "sprout:Q4_K_M", "synthetic/qwen2.5-0.5b:Q4_K_M", "./file.gguf" (from where the user
 * stands). Without a quantization a catalogue model is Q4_K_M and a file is what it is.
 */
export function parseModelReference(text: string, store: Store = defaultStore): ModelSource {
  return sourceOf(store, parseTarget(store, text));
}

function jobsOf(store: Store): SharedWork<ModelFile> {
  let work = jobs.get(store);
  if (!work) {
    work = new SharedWork();
    jobs.set(store, work);
  }
  return work;
}
