import path from "node:path";
import { type Progress, QuantlabError } from "@quantlab/core";
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
  findLibrary(false);
  try {
    return await runInOwnProcess(path.join(import.meta.dirname, "quantize-process.ts"), plain, {
      signal,
      onProgress,
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
