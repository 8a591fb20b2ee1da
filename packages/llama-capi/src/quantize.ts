import { EngineError } from "@quantlab/core";
import { ggufBytes } from "./gguf/index.ts";
import { loadLlama } from "./llama.ts";
import { type LogLine, reasonIn } from "./log.ts";
import { entriesOf } from "./metadata-entries.ts";
import { NativeMemory } from "./native-memory.ts";
import { checkPlan, checkRequest, mayLackImportance } from "./quantize-checks.ts";
import { quantizeParameters } from "./quantize-parameters.ts";
import { planFrom, type QuantizePlan } from "./quantize-plan.ts";
import type { QuantizeRequest } from "./quantize-request.ts";
import { quantizedHeader } from "./quantized-header.ts";
import { withoutVocabulary } from "./without-vocabulary.ts";

/** What a request gives: the types of all tensors, and the size of the file. */
export interface Quantized extends QuantizePlan {
  readonly fileBytes: number;
}

/**
 * Quantizes a GGUF file with llama.cpp, blocking this process, signals included, until it is done. Throws what
 * `checkRequest` says of bad input, and an EngineError with the library's reason otherwise.
 */
export function quantizeFile(
  request: QuantizeRequest & { readonly onLog?: (line: LogLine) => void },
): Quantized {
  using prepared = prepareQuantizing(request);
  if (request.dryRun) return prepared.planned;
  const { call, log } = loadLlama(false);
  const { result, lines } = log.during(
    () => call.quantize(request.input, request.output, prepared.parameters) as number,
    request.onLog,
  );
  return prepared.finish(result, lines);
}

/** Everything up to the work itself. */
export interface PreparedQuantizing extends Disposable {
  /** What a dry run said. */
  readonly planned: Quantized;
  /** Of the call; valid until disposed of. */
  readonly parameters: object;
  /** The file's bytes before its weights. */
  readonly header: Buffer;
  /** Throws unless the call did what was planned. */
  finish(result: number, lines: readonly LogLine[]): Quantized;
}

export function prepareQuantizing(request: QuantizeRequest): PreparedQuantizing {
  const { input, matrix } = checkRequest(request);
  const { call, log } = loadLlama(false);
  const memory = new NativeMemory();
  const requireDone = (result: number, lines: readonly LogLine[]) => {
    if (result !== 0) throw quantizeError(request, reasonIn(lines));
  };
  try {
    const { dry, real } = quantizeParameters(request, matrix, memory);
    const dryRun = (file: string) => log.during(() => call.quantize(file, request.output, dry) as number);
    const entries = entriesOf(input);
    const quick = withoutVocabulary(input, entries, dryRun);
    const { result, lines } = quick?.result === 0 ? quick : dryRun(request.input);
    requireDone(result, lines);
    const plan = planFrom(lines);
    const { header, tensors } = quantizedHeader(request, entries, matrix, plan);
    const planned = { ...plan, fileBytes: ggufBytes(header, tensors) };
    if (!request.dryRun && (matrix || mayLackImportance(request))) checkPlan(request, planned, matrix);
    return {
      planned,
      parameters: real,
      header,
      finish(result, lines) {
        requireDone(result, lines);
        return planned;
      },
      [Symbol.dispose]: () => memory[Symbol.dispose](),
    };
  } catch (error) {
    memory[Symbol.dispose]();
    throw error;
  }
}

/** "cannot make Q4_K_M from x.gguf: <the library's reason>". */
export function quantizeError(request: QuantizeRequest, reason: string | null): EngineError {
  return new EngineError(
    "llama.cpp",
    `cannot make ${request.type} from ${request.input}: ${saying(reason)}`,
    "check that the output's folder can be written, and that the file's architecture is one that llama.cpp knows",
  );
}

/** The library names a failed write after the C++ class that saw it. */
function saying(reason: string | null): string {
  if (/iostream error/.test(reason ?? "")) return "the output could not be written to its end";
  return reason ?? "the library gave no reason";
}
