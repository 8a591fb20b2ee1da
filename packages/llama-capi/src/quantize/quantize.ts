import { EngineError } from "@quantlab/core";
import { ggufBytes } from "../gguf/index.ts";
import { loadLlama } from "../library/llama.ts";
import { type LogLine, reasonIn } from "../library/log.ts";
import { NativeMemory } from "../library/native-memory.ts";
import type { QuantizeRequest } from "../quantize-request.ts";
import { quantizedHeader } from "./header.ts";
import { quantizeParameters } from "./parameters.ts";
import { planFrom, type QuantizePlan } from "./plan.ts";
import { checkPlan, checkRequest } from "./request-checks.ts";

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
  if (!request.dryRun) run(request, prepared.parameters, request.onLog);
  return prepared.planned;
}

/** Everything up to the work itself. */
export interface PreparedQuantizing extends Disposable {
  /** What a dry run said. */
  readonly planned: Quantized;
  /** Of the call; valid until disposed of. */
  readonly parameters: object;
  /** The file's bytes before its weights. */
  readonly header: Buffer;
}

export function prepareQuantizing(request: QuantizeRequest): PreparedQuantizing {
  const { input, matrix } = checkRequest(request);
  using owned = new DisposableStack();
  const { dry, real } = quantizeParameters(request, matrix, owned.use(new NativeMemory()));
  const plan = planFrom(run(request, dry));
  if (!request.dryRun) checkPlan(request, plan, matrix);
  const { header, tensors } = quantizedHeader(request, input, matrix, plan);
  const kept = owned.move();
  return {
    planned: { ...plan, fileBytes: ggufBytes(header, tensors) },
    header,
    parameters: real,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

function run(request: QuantizeRequest, parameters: object, onLog?: (line: LogLine) => void): LogLine[] {
  const { call, log } = loadLlama(false);
  const quantize = () => call.quantize(request.input, request.output, parameters) as number;
  const { result, lines } = log.during(quantize, onLog);
  if (result !== 0) throw quantizeError(request, reasonIn(lines));
  return lines;
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
