import { EngineError } from "@quantlab/core";
import { loadLlama } from "./llama.ts";
import { type LogLine, reasonIn } from "./log.ts";
import { NativeMemory } from "./native-memory.ts";
import { checkPlan, checkRequest } from "./quantize-checks.ts";
import { quantizeParameters } from "./quantize-parameters.ts";
import { planFrom, type QuantizePlan } from "./quantize-plan.ts";
import type { QuantizeRequest } from "./quantize-request.ts";
import { quantizedBytes } from "./quantize-size.ts";

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
  const { call, log } = loadLlama(false);
  if (request.dryRun) return prepared.quantized;
  const { result, lines } = log.during(
    () => call.quantize(request.input, request.output, prepared.parameters) as number,
    request.onLog,
  );
  if (result !== 0) throw quantizeError(request, reasonIn(lines));
  return prepared.quantized;
}

/** Everything up to the work itself: what will come out, and the parameters of the call, valid until disposed of. */
export interface PreparedQuantizing extends Disposable {
  readonly quantized: Quantized;
  readonly parameters: object;
}

export function prepareQuantizing(request: QuantizeRequest): PreparedQuantizing {
  const { input, matrix } = checkRequest(request);
  const { call, log } = loadLlama(false);
  const memory = new NativeMemory();
  try {
    const { dry, real } = quantizeParameters(request, matrix, memory);
    const { result, lines } = log.during(() => call.quantize(request.input, request.output, dry) as number);
    if (result !== 0) throw quantizeError(request, reasonIn(lines));
    const plan = planFrom(lines);
    if (!request.dryRun) checkPlan(request, plan, matrix);
    const quantized = { ...plan, fileBytes: quantizedBytes(request, input, matrix, plan) };
    return { quantized, parameters: real, [Symbol.dispose]: () => memory[Symbol.dispose]() };
  } catch (error) {
    memory[Symbol.dispose]();
    throw error;
  }
}

/** "cannot make Q4_K_M from x.gguf: <the library's reason>". */
export function quantizeError(request: QuantizeRequest, reason: string | null): EngineError {
  return new EngineError(
    "llama.cpp",
    `cannot make ${request.type} from ${request.input}: ${reason ?? "the library gave no reason"}`,
    "check that the output's folder can be written, and that the file's architecture is one that llama.cpp knows",
  );
}
