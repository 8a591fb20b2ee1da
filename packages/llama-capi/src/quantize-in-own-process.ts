import path from "node:path";
import { type Progress, QuantlabError } from "@quantlab/core";
import { findLibrary } from "./library.ts";
import { type OwnProcess, startOwnProcess } from "./own-process.ts";
import { type Quantized, quantizeError } from "./quantize.ts";
import { checkRequest } from "./quantize-checks.ts";
import type { QuantizeRequest } from "./quantize-request.ts";
import { quantizedHeader } from "./quantized-header.ts";

/** A process that waits for what to quantize; `using` ends it where nothing came. */
export type Quantizer = OwnProcess;

/** Starts the process of a later `quantizeInOwnProcess`: it loads the library while the request is made ready. */
export function startQuantizer(): Quantizer {
  return startOwnProcess(path.join(import.meta.dirname, "quantize-process.ts"));
}

/**
 * Quantizes in a Node process of its own, so that this one stays responsive and a crash inside the library is only an
 * error. `signal` kills that process at once and rejects with the signal's reason; what it had written stays where it
 * is, so write to a temporary name.
 */
export async function quantizeInOwnProcess(
  request: QuantizeRequest & {
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: Progress) => void;
    /** Hears what will come of it, and the bytes before its weights, which are written last. */
    readonly onPlan?: ((planned: Quantized, header: () => Buffer) => void) | undefined;
    /** One that was started ahead, and has done nothing yet; ended with the call like any other. */
    readonly quantizer?: Quantizer | undefined;
  },
): Promise<Quantized> {
  const { signal, onProgress, onPlan, quantizer: started, ...plain } = request;
  signal?.throwIfAborted();
  findLibrary(false);
  using quantizer = started ?? startQuantizer();
  try {
    return await quantizer.run<Quantized>(plain, {
      signal,
      onProgress,
      onPlan: onPlan && ((planned) => onPlan(planned, () => headerOf(plain, planned))),
      step: `quantize to ${plain.type}`,
      unit: "tensors",
      died: (lastWords) => quantizeError(plain, lastWords),
    });
  } catch (error) {
    // A refusal lost its class on the way; asking again here gives it back, and costs nothing where all goes well.
    if (error instanceof QuantlabError && error.code !== "ENGINE") checkRequest(plain);
    throw error;
  }
}

function headerOf(request: QuantizeRequest, planned: Quantized): Buffer {
  const { input, matrix } = checkRequest(request);
  return quantizedHeader(request, input, matrix, planned).header;
}
