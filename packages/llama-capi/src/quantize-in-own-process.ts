import path from "node:path";
import type { Progress } from "@quantlab/core";
import { findLibrary } from "./library.ts";
import { runInOwnProcess } from "./own-process.ts";
import { type Quantized, quantizeError } from "./quantize.ts";
import { checkRequest } from "./quantize-checks.ts";
import type { QuantizeRequest } from "./quantize-request.ts";

/**
 * Quantizes in a Node process of its own, so that this one stays responsive and a crash inside the library is only an
 * error. `signal` kills that process at once and rejects with the signal's reason; what it had written stays where it
 * is, so write to a temporary name.
 */
export async function quantizeInOwnProcess(
  request: QuantizeRequest & {
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: Progress) => void;
  },
): Promise<Quantized> {
  const { signal, onProgress, ...plain } = request;
  signal?.throwIfAborted();
  // Here as well as there: a refusal is then of its own class, and quick.
  checkRequest(plain);
  findLibrary(false);
  return runInOwnProcess(path.join(import.meta.dirname, "quantize-process.ts"), plain, {
    signal,
    onProgress,
    step: `quantize to ${plain.type}`,
    unit: "tensors",
    died: (lastWords) => quantizeError(plain, lastWords),
  });
}
