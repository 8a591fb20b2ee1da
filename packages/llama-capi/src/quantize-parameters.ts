import { availableParallelism } from "node:os";
import { type FileType, fullTypes } from "@quantlab/core";
import { fileTypes } from "./file-types.ts";
import { tensorType } from "./gguf/index.ts";
import { layouts } from "./layouts.ts";
import { loadLlama } from "./llama.ts";
import { native } from "./native.ts";
import type { NativeMemory } from "./native-memory.ts";
import type { QuantizeRequest } from "./quantize-request.ts";
import type { ImportanceData } from "./read-importance-matrix.ts";

/**
 * By itself the library takes a whole tensor at once, which may be gigabytes. A piece after the other in the same memory
 * gives the same bytes, sooner: new memory costs more than the work of a quick type (benchmarks/score-parity).
 */
const bufferBytesPerThread = 16 * 2 ** 20;

/**
 * The library's parameters for a request, ready to be passed by address: those of a dry run, and those of the run.
 * What they point to lies in `memory`, which must outlive the calls.
 */
export function quantizeParameters(
  request: QuantizeRequest,
  matrix: ImportanceData | null,
  memory: NativeMemory,
): { readonly dry: object; readonly real: object } {
  const defaults = loadLlama(false).call.quantizeDefaults() as Record<string, unknown>;
  const { fileType, overrides, metadata } = typesOf(request);
  const parameters = {
    ...defaults,
    nthread: request.threads ?? 0,
    ftype: fileTypes[fileType],
    output_tensor_type: request.outputType
      ? tensorType(request.outputType).number
      : defaults.output_tensor_type,
    token_embedding_type: request.embeddingType
      ? tensorType(request.embeddingType).number
      : defaults.token_embedding_type,
    allow_requantize: request.allowRequantize ?? false,
    quantize_output_tensor: !request.leaveOutput,
    only_copy: request.onlyCopy ?? false,
    pure: request.pure ?? false,
    keep_split: request.keepSplit ?? false,
    imatrix: matrix && importanceArray(matrix, memory),
    kv_overrides: metadataArray({ ...matrixMetadata(matrix), ...metadata }, memory),
    tt_overrides: overrideArray(overrides, memory),
    prune_layers: layerArray(request.pruneLayers ?? [], memory),
    max_buf_size:
      request.maxBufferBytes ?? bufferBytesPerThread * (request.threads ?? availableParallelism()),
  };
  const byAddress = (dry: boolean) =>
    native().as({ ...parameters, dry_run: dry }, "llama_model_quantize_params *");
  return { dry: byAddress(true), real: byAddress(false) };
}

/** What a file's metadata say of the matrix that it was made with, under llama-quantize's own keys. */
export function matrixMetadata(matrix: ImportanceData | null): NonNullable<QuantizeRequest["metadata"]> {
  if (!matrix) return {};
  return {
    "quantize.imatrix.entries_count": matrix.entries.size,
    "quantize.imatrix.chunks_count": matrix.chunks,
  };
}

/**
 * The library passes over overrides where the file's own type is a full one. There a quantized type stands in, every
 * tensor that no override finds is sent to the full type, and the file is marked as what was asked for.
 */
export function typesOf({ type, tensorTypes = {}, metadata = {} }: QuantizeRequest) {
  const overrides = Object.entries(tensorTypes);
  if (!fullTypes.includes(type) || overrides.length === 0) return { fileType: type, overrides, metadata };
  return {
    fileType: "Q8_0" as FileType,
    overrides: [...overrides, [".", type] as const],
    metadata: { "general.file_type": fileTypes[type], ...metadata },
  };
}

function importanceArray({ entries }: ImportanceData, memory: NativeMemory): bigint {
  const rows = [...entries].map(([name, data]) => ({
    name: memory.text(name),
    data: memory.floats(data),
    size: data.length,
  }));
  return memory.array(layouts().ImportanceData, [...rows, { name: null, data: null, size: 0 }]);
}

function overrideArray(
  overrides: readonly (readonly [string, string])[],
  memory: NativeMemory,
): bigint | null {
  if (overrides.length === 0) return null;
  const rows = overrides.map(([pattern, type]) => ({
    pattern: memory.text(pattern),
    type: tensorType(type).number,
  }));
  return memory.array(layouts().TensorOverride, [...rows, { pattern: null, type: 0 }]);
}

function metadataArray(
  metadata: NonNullable<QuantizeRequest["metadata"]>,
  memory: NativeMemory,
): bigint | null {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return null;
  const rows = entries.map(([key, value]) => {
    if (typeof value === "string") return { tag: 3, key, value: { text: value } };
    if (typeof value === "boolean") return { tag: 2, key, value: { boolean: value } };
    return Number.isInteger(value)
      ? { tag: 0, key, value: { integer: value } }
      : { tag: 1, key, value: { float: value } };
  });
  return memory.array(layouts().MetadataOverride, [...rows, { tag: 0, key: "", value: { integer: 0 } }]);
}

function layerArray(layers: readonly number[], memory: NativeMemory): bigint | null {
  if (layers.length === 0) return null;
  const sorted = [...new Set(layers)].sort((a, b) => a - b);
  return memory.array("int32_t", [...sorted, -1]);
}
