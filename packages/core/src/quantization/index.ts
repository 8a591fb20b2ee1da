export {
  type FileType,
  formatGgufQuantization,
  fullTypes,
  type GgufQuantization,
  ggufFileTypes,
  ggufTensorTypes,
  holdsFullWeights,
  needsImportanceMatrix,
  parseGgufQuantization,
  type QuantizedType,
  requireMakeable,
  type TensorClass,
} from "./gguf.ts";
export {
  formatMlxQuantization,
  type LearnedMethod,
  type MlxMix,
  type MlxQuantization,
  parseMlxQuantization,
  usualPieces,
} from "./mlx.ts";
export * from "./quantization.ts";
export {
  type BitsandbytesType,
  bitsandbytesTypes,
  type DataType,
  dataTypes,
  parseTransformersQuantization,
  type TransformersQuantization,
  transformersQuantizations,
} from "./transformers.ts";
