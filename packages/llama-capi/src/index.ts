export { Adapter } from "./adapter.ts";
export { type CacheType, cacheType, cacheTypes } from "./cache-types.ts";
export {
  type CollectedImportance,
  collectImportance,
  type ImportanceSettings,
} from "./collect-importance.ts";
export { Context, type LogitsWanted } from "./context.ts";
export type { ContextSettings } from "./context-settings.ts";
export type { Counters } from "./counters.ts";
export { type FileType, fileTypes } from "./file-types.ts";
export {
  type Gguf,
  ggufBytes,
  ggufHeader,
  type Metadata,
  type MetadataList,
  type MetadataValue,
  metadataNumber,
  metadataText,
  type PlannedTensor,
  padded,
  planTensor,
  readGguf,
  type Tensor,
  type TensorType,
  tensorType,
  type WritableValue,
  writeAll,
  writeTensor,
} from "./gguf/index.ts";
export { type ImportanceMatrixRequest, imatrixInOwnProcess } from "./imatrix-in-own-process.ts";
export type { Importance } from "./importance.ts";
export { findLibrary, type GpuChoice, type Library, llamaVersion, pinnedPackageVersion } from "./library.ts";
export { type Device, type Llama, loadLlama } from "./llama.ts";
export type { LogLine } from "./log.ts";
export { Model, type ModelOptions } from "./model.ts";
export { type Quantized, quantizeFile } from "./quantize.ts";
export { type QuantizedInOwnProcess, quantizeInOwnProcess } from "./quantize-in-own-process.ts";
export type { PlannedTensorType, QuantizePlan, TypeFallback } from "./quantize-plan.ts";
export type { QuantizeRequest } from "./quantize-request.ts";
export { fullTypes, isQuantized, type QuantizedType, quantizedTypes } from "./quantized-types.ts";
export { type ImportanceData, readImportanceMatrix } from "./read-importance-matrix.ts";
export { type RandomSampling, Sampler } from "./sampler.ts";
export { llamaSource, llamaSourceFolder } from "./source.ts";
