export { type CacheType, cacheType, cacheTypes } from "./context/cache-types.ts";
export { Context, type LogitsWanted } from "./context/context.ts";
export type { ContextSettings } from "./context/context-settings.ts";
export type { Counters } from "./context/counters.ts";
export { type RandomSampling, Sampler } from "./context/sampler.ts";
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
export {
  type CollectedImportance,
  collectImportance,
  type ImportanceSettings,
} from "./importance/collection.ts";
export type { Importance } from "./importance/collector.ts";
export { type ImportanceData, readImportanceMatrix } from "./importance/matrix-reader.ts";
export {
  findLibrary,
  type GpuChoice,
  type Library,
  llamaVersion,
  pinnedPackageVersion,
} from "./library/installed-library.ts";
export { type Device, type Llama, loadLlama } from "./library/llama.ts";
export type { LogLine } from "./library/log.ts";
export { llamaSource, llamaSourceFolder } from "./library/source.ts";
export { Model, type ModelOptions } from "./model/model.ts";
export { type FileType, fileTypes } from "./quantize/file-types.ts";
export type { PlannedTensorType, QuantizePlan, TypeFallback } from "./quantize/plan.ts";
export { type Quantized, quantizeFile } from "./quantize/quantize.ts";
export { fullTypes, isQuantized, type QuantizedType, quantizedTypes } from "./quantize/quantized-types.ts";
export { type QuantizedInOwnProcess, quantizeInOwnProcess } from "./quantize-in-own-process.ts";
export type { QuantizeRequest } from "./quantize-request.ts";
export { type Quantizer, startQuantizer } from "./start-quantizer.ts";
