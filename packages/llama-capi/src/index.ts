export { type FileType, fileTypes } from "./file-types.ts";
export { findLibrary, type GpuChoice, type Library, llamaVersion, pinnedPackageVersion } from "./library.ts";
export { type Llama, loadLlama } from "./llama.ts";
export type { LogLine } from "./log.ts";
export { type QuantizeRequest, quantizeFile } from "./quantize.ts";
export { quantizeInOwnProcess } from "./quantize-in-own-process.ts";
