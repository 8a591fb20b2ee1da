import type { ModelFile, ModelRef, ProvenanceStep } from "@quantlab/core";

/** The `.json` beside every file that the lab made: what it is, for later processes. */
export interface StoredModel extends Omit<ModelFile, "path"> {
  readonly schemaVersion: 1;
}

/** What the lab brought from the hub, so that it removes those files and no others. */
export interface FetchedModel {
  readonly schemaVersion: 1;
  readonly ref: ModelRef;
  readonly repository: string;
  readonly commit: string;
  readonly files: readonly {
    /** Link in the shared cache's snapshot. */
    readonly link: string;
    readonly blob: string;
  }[];
}

/** The `.json` beside an importance matrix that the lab keeps. */
export interface StoredMatrix {
  readonly schemaVersion: 1;
  /** What it was computed with. */
  readonly model: ModelRef;
  readonly sha256: string;
  readonly provenance: ProvenanceStep;
}
