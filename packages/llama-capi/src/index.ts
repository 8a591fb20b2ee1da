export { type Compilation, compileLlama, isCompiled } from "./build/compile.ts";
export { runTool, type ToolOptions } from "./build/run-tool.ts";
export { llamaCommit, llamaSource } from "./build/source.ts";
export { checkInOwnProcess } from "./check-in-own-process.ts";
export { cacheType, cacheTypes } from "./context/cache-types.ts";
export { Context } from "./context/context.ts";
export type { ContextSettings } from "./context/context-settings.ts";
export { ParallelBatch, type Part } from "./context/parallel-batch.ts";
export { Sampler } from "./context/sampler.ts";
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
  readGgufBeginning,
  type Tensor,
  type TensorType,
  tensorType,
  type WritableValue,
  writeAll,
  writeTensor,
} from "./gguf/index.ts";
export { type ImportanceMatrixRequest, imatrixInOwnProcess } from "./imatrix-in-own-process.ts";
export type { ImportanceSettings } from "./importance/collection.ts";
export { readImportanceMatrix } from "./importance/matrix-reader.ts";
export { type FreeMemory, freeMemoryOf, takenBytes } from "./library/device-memory.ts";
export { gpuKinds, gpuPackagesExist, gpuReady, isGpuKind } from "./library/gpu-packages.ts";
export { type GpuProblem, gpuProblem } from "./library/gpu-problem.ts";
export { removeGpu, setUpGpu } from "./library/gpu-setup.ts";
export { findLibrary, type Library, type LibraryBuild } from "./library/installed-library.ts";
export { type Device, type Llama, loadedBuild, loadLlama } from "./library/llama.ts";
export { nativeReady, removeNative, setUpNative } from "./library/native-library.ts";
export { llamaVersion } from "./library/pinned-release.ts";
export { Model } from "./model/model.ts";
export { fileTypes } from "./quantize/file-types.ts";
export type { TypeFallback } from "./quantize/plan.ts";
export { type Quantized, quantizeFile } from "./quantize/quantize.ts";
export { type QuantizedInOwnProcess, quantizeInOwnProcess } from "./quantize-in-own-process.ts";
export type { QuantizeRequest } from "./quantize-request.ts";
export type { SimulationRequest } from "./simulation/simulate.ts";
export { Simulator, simulateInOwnProcess } from "./simulator.ts";
