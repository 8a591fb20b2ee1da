import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CatalogueEntry, Shape, SyntheticEntry } from "../../src/catalogue/entries.ts";
import { type SyntheticModel, writeSynthetic } from "../../src/sources/synthetic/write.ts";
import { createStore, type Store } from "../../src/store.ts";

/** A folder that is deleted at the end of the test. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), "quantlab-model-store-"));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A store of its own in `folder`, over a catalogue of these entries. */
export async function storeWith(folder: string, models: readonly CatalogueEntry[]): Promise<Store> {
  const catalogueFile = path.join(folder, "catalogue.json");
  await writeFile(catalogueFile, JSON.stringify({ schemaVersion: 1, models }));
  return createStore({ folder: path.join(folder, "lab"), root: folder, catalogueFile });
}

/** A Llama of two layers: a valid file of 1 MB in F16. */
export const tinyShape: Shape = {
  architecture: "llama",
  layers: 2,
  hidden: 256,
  feedForward: 256,
  heads: 4,
  keyValueHeads: 2,
  vocabulary: 512,
  context: 256,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  tiedEmbeddings: true,
  attentionBias: false,
};

export const tinyModel: SyntheticModel = {
  id: "synthetic/tiny",
  shape: tinyShape,
  seed: 7,
  fileType: "F16",
  fileTypeNumber: 1,
};

/** Writes a tiny model and returns its path. */
export async function writeTiny(folder: string, changes: Partial<SyntheticModel> = {}): Promise<string> {
  const model = { ...tinyModel, ...changes };
  const file = path.join(folder, `tiny-${model.fileType}-${model.seed}.gguf`);
  await writeSynthetic(file, model);
  return file;
}

export const facts = {
  title: "a model for tests",
  parameters: null,
  license: "MIT",
  chatTemplate: "chatml",
  context: 256,
} as const;

export const tinyEntry: SyntheticEntry = {
  ...facts,
  kind: "synthetic",
  id: "synthetic/tiny",
  shape: tinyShape,
  seed: 7,
  quantized: "direct",
};
