export { type Gguf, readGguf } from "@quantlab/llama-capi";
export { calibrationSha256, calibrationText } from "./artifacts/calibration-text.ts";
export {
  keepImportanceMatrix,
  writeImportanceMatrix,
} from "./artifacts/importance-matrix.ts";
export { keepModel, writeModel } from "./artifacts/kept-models.ts";
export type { Origin } from "./artifacts/making.ts";
export {
  type TensorOptions,
  tensorTypesOf,
  writeQuantized,
} from "./artifacts/quantization.ts";
export type {
  CatalogueEntry,
  PublishedEntry,
  Shape,
  SyntheticEntry,
} from "./catalogue/entries.ts";
export type { Form, Recipe } from "./form.ts";
export { readModelGguf } from "./forms/gguf-file.ts";
export { type Header, type HeaderOptions, headerOf, plannedHeader } from "./headers/header.ts";
export { type ModelInfo, modelInfo } from "./inventory/information.ts";
export {
  type FileListing,
  listModels,
  listOwnModels,
  type ModelListing,
  type OwnListing,
} from "./inventory/listing.ts";
export { removeModel } from "./inventory/removal.ts";
export { model, modelSource } from "./references/model-source.ts";
export { parseReference, withModel } from "./references/reference.ts";
export { resolveFullWeights, resolveModel } from "./references/resolution.ts";
export { HubError } from "./sources/hub/errors.ts";
export { resolveHubFolder } from "./sources/repository.ts";
export { createStore, defaultStore, type Store } from "./store.ts";
export { requireDisk } from "./verification/disk-space.ts";
