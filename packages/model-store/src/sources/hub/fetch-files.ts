import type { ResolveOptions } from "@quantlab/core";
import type { Store } from "../../store.ts";
import { type FetchedFile, fetchFile } from "./fetch-file.ts";
import type { RemoteFiles } from "./remote.ts";
import type { HubSettings } from "./settings.ts";

/** Brings files of one repository into the shared cache, one after the other; progress counts over all of them. */
export async function fetchFiles(
  store: Store,
  settings: HubSettings,
  remote: RemoteFiles,
  options: ResolveOptions,
): Promise<readonly FetchedFile[]> {
  const { repository, commit } = remote;
  const total = remote.files.reduce((sum, file) => sum + file.bytes, 0);
  const step = `download ${repository}`;
  let before = 0;
  const fetched: FetchedFile[] = [];
  for (const file of remote.files) {
    options.signal?.throwIfAborted();
    const onBytes = (received: number) =>
      options.onProgress?.({ step, done: before + received, total, unit: "bytes" });
    fetched.push(await fetchFile({ store, settings, repository, commit, file, options, onBytes }));
    before += file.bytes;
  }
  return fetched;
}
