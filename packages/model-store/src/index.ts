export type { Metadata, MetadataList, MetadataValue, Tensor, TensorType } from "@quantlab/llama-capi";
export { type Gguf, readGguf } from "@quantlab/llama-capi";
export { calibrationSha256, calibrationText } from "./calibration-text.ts";
export type {
  Catalogue,
  CatalogueEntry,
  ChatTemplateKind,
  PublishedEntry,
  ShippedEntry,
  SyntheticEntry,
} from "./catalogue-types.ts";
export { tensorTypesOf } from "./derive.ts";
export { readModelGguf } from "./describe.ts";
export { describeFile } from "./describe-file.ts";
export { writeDescription } from "./described.ts";
export { describeFolder } from "./folder/describe.ts";
export { hubFolder } from "./folder/hub-folder.ts";
export { fullWeights } from "./full-weights.ts";
export { HubError } from "./hub/errors.ts";
export {
  type ImportanceMatrix,
  type ImportanceSettings,
  makeImportanceMatrix,
  writeImportanceMatrix,
} from "./importance-matrix.ts";
export { type ModelInfo, type ModelSummary, modelInfo } from "./info.ts";
export { type FileListing, listModels, listOwnModels, type ModelListing, type OwnListing } from "./list.ts";
export { madeFolder, makeOnce, type Recipe } from "./made.ts";
export { pullModel } from "./pull.ts";
export {
  formatQuantizationName,
  parseQuantizationName,
  type QuantizationName,
  requireMakeable,
  type TensorClass,
} from "./quantization-name.ts";
export { asIs, folderQuantizations, quantizationNames } from "./quantizations.ts";
export {
  type QuantizedFile,
  type QuantizeToFile,
  quantizeToFile,
  type TensorOptions,
} from "./quantize-to-file.ts";
export { isPath, publicId } from "./reference.ts";
export { type Removed, removeModel } from "./remove.ts";
export { model, parseModelReference } from "./source.ts";
export { requireDisk } from "./space.ts";
export { createStore, defaultStore, type Store } from "./store.ts";
export type { Shape } from "./synthetic/shape.ts";
