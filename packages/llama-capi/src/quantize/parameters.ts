import { defaultThreads, type FileType, fullTypes } from "@quantlab/core";
import { tensorType } from "../gguf/index.ts";
import type { ImportanceData } from "../importance/matrix-reader.ts";
import { layouts } from "../library/layouts.ts";
import { loadLlama } from "../library/llama.ts";
import { native } from "../library/native.ts";
import type { NativeMemory } from "../library/native-memory.ts";
import type { QuantizeRequest } from "../quantize-request.ts";
import { fileTypes } from "./file-types.ts";

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
  const { fileType, overrides } = typesOf(request);
  const { threads = defaultThreads() } = request;
  const parameters = {
    ...defaults,
    nthread: threads,
    ftype: fileTypes[fileType],
    output_tensor_type: request.outputType
      ? tensorType(request.outputType).number
      : defaults.output_tensor_type,
    token_embedding_type: request.embeddingType
      ? tensorType(request.embeddingType).number
      : defaults.token_embedding_type,
    allow_requantize: request.allowRequantize ?? false,
    quantize_output_tensor: !request.leaveOutput,
    pure: request.pure ?? false,
    imatrix: matrix && importanceArray(matrix, memory),
    kv_overrides: metadataArray(ownMetadata(request, matrix), memory),
    tt_overrides: overrideArray(overrides, memory),
    max_buf_size: bufferBytesPerThread * threads,
  };
  const byAddress = (dry: boolean) =>
    native().as({ ...parameters, dry_run: dry }, "llama_model_quantize_params *");
  return { dry: byAddress(true), real: byAddress(false) };
}

/** Metadata that the library is told to set: of the matrix under llama-quantize's own keys, and of a stand-in's type. */
export function ownMetadata(
  request: QuantizeRequest,
  matrix: ImportanceData | null,
): Readonly<Record<string, number>> {
  return {
    ...(matrix && {
      "quantize.imatrix.entries_count": matrix.entries.size,
      "quantize.imatrix.chunks_count": matrix.chunks,
    }),
    ...(typesOf(request).fileType !== request.type && { "general.file_type": fileTypes[request.type] }),
  };
}

/**
 * The library passes over overrides where the file's own type is a full one. There a quantized type stands in, every
 * tensor that no override finds is sent to the full type, and the file is marked as what was asked for.
 */
function typesOf({ type, tensorTypes = {} }: QuantizeRequest) {
  const overrides = Object.entries(tensorTypes);
  if (!fullTypes.includes(type) || overrides.length === 0) return { fileType: type, overrides };
  return { fileType: "Q8_0" as FileType, overrides: [...overrides, [".", type] as const] };
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

function metadataArray(metadata: Readonly<Record<string, number>>, memory: NativeMemory): bigint | null {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return null;
  const rows = entries.map(([key, integer]) => ({ tag: 0, key, value: { integer } }));
  return memory.array(layouts().MetadataOverride, [...rows, { tag: 0, key: "", value: { integer: 0 } }]);
}
