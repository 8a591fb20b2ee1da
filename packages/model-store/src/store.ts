import { readFileSync } from "node:fs";
import path from "node:path";
import { labFolder, repositoryRoot } from "@quantlab/core";
import { parseDocument } from "./catalogue/documents.ts";
import type { Catalogue, CatalogueEntry } from "./catalogue/entries.ts";
import type { Form } from "./form.ts";

/** Where models are looked up and kept. */
export interface Store {
  /** Files that the lab makes: derived and synthetic models, verification stamps. */
  readonly folder: string;
  /** What the catalogue's paths count from. */
  readonly root: string;
  readonly forms: readonly Form[];
  catalogue(): Catalogue;
}

export interface StoreOptions {
  readonly folder?: string;
  readonly root?: string;
  readonly catalogueFile?: string;
  readonly forms?: readonly Form[];
}

/**
 * A store over a catalogue file, which is read at first use. Unless said it is the repository's own:
 * `models/catalogue.json`, and `.lab` for what is made, with the forms that need no engine.
 */
export function createStore({
  folder = labFolder,
  root = repositoryRoot,
  catalogueFile = path.join(root, "models/catalogue.json"),
  forms = [],
}: StoreOptions = {}): Store {
  let catalogue: Catalogue | undefined;
  return {
    folder,
    root,
    forms,
    catalogue() {
      catalogue ??= parseDocument("catalogue", readFileSync(catalogueFile, "utf8"), catalogueFile);
      return catalogue;
    },
  };
}

export const defaultStore = createStore();

/** The catalogue's entry of this id, or undefined. */
export function entryOf(store: Store, id: string): CatalogueEntry | undefined {
  return store.catalogue().models.find((entry) => entry.id === id);
}
