import path from "node:path";
import { type ModelSource, UsageError } from "@quantlab/core";
import { hubSettings } from "../hub/settings.ts";
import { asIs } from "../quantizations.ts";
import { defaultStore, type Store } from "../store.ts";
import { describeFolder } from "./describe.ts";
import { cachedFolder, downloadFolder } from "./resolve.ts";

/** A repository of the hub in Hugging Face form, by its own name ("owner/name"), catalogued or not. */
export function hubFolder(repository: string, store: Store = defaultStore): ModelSource {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UsageError(`"${repository}" is no repository`, 'write it as "owner/name"');
  const ref = { id: repository, form: "hf", quantization: asIs } as const;
  return {
    ref,
    async resolve(options = {}) {
      const settings = hubSettings();
      const folder =
        (await cachedFolder(settings, repository)) ??
        (await downloadFolder(store, settings, ref, repository, options));
      const step = {
        step: "download",
        tool: "hub",
        version: path.basename(folder),
        settings: { repository },
        inputSha256: null,
      };
      return describeFolder(store, folder, ref, [step], options);
    },
    of: (reference) => hubFolder(reference, store),
  };
}
