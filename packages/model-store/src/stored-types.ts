import type { ModelFile } from "@quantlab/core";

/** The `.json` beside every file that the lab made: what it is, for later processes. */
export interface StoredModel extends Omit<ModelFile, "path"> {
  readonly schemaVersion: 1;
}
