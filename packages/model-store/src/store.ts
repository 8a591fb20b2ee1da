import { readFileSync } from "node:fs";
import path from "node:path";
import { labFolder, repositoryRoot } from "@quantlab/core";
import type { Catalogue, CatalogueEntry } from "./catalogue-types.ts";
import { parseDocument } from "./validate.ts";

/** Where models are looked up and kept. */
export interface Store {
  /** Files that the lab makes: derived and synthetic models, verification stamps. */
  readonly folder: string;
  /** What the catalogue's paths count from. */
  readonly root: string;
  catalogue(): Catalogue;
}

/** A store over a catalogue file, which is read at first use. */
export function createStore(options: { folder: string; root: string; catalogueFile: string }): Store {
  let catalogue: Catalogue | undefined;
  return {
    folder: options.folder,
    root: options.root,
    catalogue() {
      catalogue ??= parseDocument(
        "catalogue",
        readFileSync(options.catalogueFile, "utf8"),
        options.catalogueFile,
      );
      return catalogue;
    },
  };
}

/** The repository's own store: `models/catalogue.json`, and `.lab` for what is made. */
export const defaultStore = createStore({
  folder: labFolder,
  root: repositoryRoot,
  catalogueFile: path.join(repositoryRoot, "models/catalogue.json"),
});

/** The catalogue's entry of this id, or undefined. */
export function entryOf(store: Store, id: string): CatalogueEntry | undefined {
  return store.catalogue().models.find((entry) => entry.id === id);
}

/** Folder of the models that the lab makes. */
export function modelsFolder(store: Store): string {
  return path.join(store.folder, "models");
}
