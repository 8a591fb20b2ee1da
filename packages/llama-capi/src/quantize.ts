import { EngineError, UnknownNameError } from "@quantlab/core";
import { type FileType, fileTypes } from "./file-types.ts";
import { loadLlama } from "./llama.ts";
import { type LogLine, reasonIn } from "./log.ts";
import { native } from "./native.ts";

export interface QuantizeRequest {
  /** A GGUF file in F32, F16 or BF16. */
  readonly input: string;
  readonly output: string;
  readonly type: FileType;
  /** All cores unless said. */
  readonly threads?: number;
}

/**
 * Quantizes a GGUF file with llama.cpp, blocking this process, signals included, until it is done. Throws an
 * UnknownNameError for a type that does not exist and an EngineError with the library's reason otherwise.
 */
export function quantizeFile(request: QuantizeRequest & { readonly onLog?: (line: LogLine) => void }): void {
  const { call, log } = loadLlama(false);
  const parameters = quantizeParameters(request);
  const { result, lines } = log.during(
    () => call.quantize(request.input, request.output, parameters) as number,
    request.onLog,
  );
  if (result !== 0) throw quantizeError(request, reasonIn(lines));
}

/** Refuses a type that does not exist or cannot be made, before anything is loaded or written. */
export function checkFileType(type: string): asserts type is FileType {
  if (!Object.hasOwn(fileTypes, type)) {
    throw new UnknownNameError("quantization", type, Object.keys(fileTypes));
  }
  if (fileTypes[type as FileType].needsImportanceMatrix) {
    const others = Object.entries(fileTypes).filter(([, other]) => !other.needsImportanceMatrix);
    throw new EngineError(
      "llama.cpp",
      `${type} needs an importance matrix, and quantizing here uses none`,
      `choose a type that does without: ${others.map(([name]) => name).join(", ")}`,
    );
  }
}

/** The library's parameters for a request, ready to be passed by address. */
export function quantizeParameters({ type, threads }: QuantizeRequest): object {
  checkFileType(type);
  const defaults = loadLlama(false).call.quantizeDefaults() as object;
  return native().as(
    { ...defaults, ftype: fileTypes[type].ftype, nthread: threads ?? 0 },
    "llama_model_quantize_params *",
  );
}

/** "cannot make Q4_K_M from x.gguf: <the library's reason>". */
export function quantizeError(request: QuantizeRequest, reason: string | null): EngineError {
  return new EngineError(
    "llama.cpp",
    `cannot make ${request.type} from ${request.input}: ${reason ?? "the library gave no reason"}`,
    "check that the file is a whole GGUF in F32, F16 or BF16 and that the output's folder can be written",
  );
}
