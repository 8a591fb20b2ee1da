export {
  type Metadata,
  type MetadataList,
  type MetadataValue,
  metadataNumber,
  metadataText,
} from "./metadata.ts";
export { type Gguf, readGguf, readGgufBeginning } from "./read.ts";
export { padded, type Tensor } from "./tensors.ts";
export { type TensorType, tensorType } from "./types.ts";
export {
  entryOf,
  ggufBytes,
  ggufHeader,
  headerOf,
  type PlannedTensor,
  planTensor,
  type WritableValue,
  writeAll,
  writeTensor,
} from "./write.ts";
