import { type Progress, QuantlabError } from "@quantlab/core";
import { lastWordsOf } from "./last-words.ts";
import { findLibrary } from "./library/installed-library.ts";
import { withoutFunction } from "./library/log.ts";
import { type Quantized, quantizeError } from "./quantize/quantize.ts";
import { checkRequest } from "./quantize/request-checks.ts";
import type { QuantizeRequest } from "./quantize-request.ts";
import { type Quantizer, startQuantizer } from "./start-quantizer.ts";

export interface QuantizedInOwnProcess extends Quantized {
  /** Of the file, worked out while it was written; null of a dry run, and where the file has to be read again. */
  readonly sha256: string | null;
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
    /** One that was started ahead, and has done nothing yet; ended with the call like any other. */
    readonly quantizer?: Quantizer | undefined;
  },
): Promise<QuantizedInOwnProcess> {
  const { signal, onProgress, quantizer: started, ...plain } = request;
  signal?.throwIfAborted();
  findLibrary(false);
  using quantizer = started ?? startQuantizer();
  try {
    return await quantizer.run<QuantizeRequest, never, QuantizedInOwnProcess>(plain, {
      signal,
      // The library itself tells how far it is.
      onChatter(line) {
        const tensors = progressIn(line);
        if (tensors) onProgress?.({ step: `quantize to ${plain.type}`, ...tensors, unit: "tensors" });
        return tensors !== null;
      },
      died: (end) => quantizeError(plain, withoutFunction(lastWordsOf(end))),
    });
  } catch (error) {
    // A refusal lost its class on the way; asking again here gives it back, and costs nothing where all goes well.
    if (error instanceof QuantlabError && error.code !== "ENGINE") checkRequest(plain);
    throw error;
  }
}

/** "[  12/ 290] blk.0.attn_k.weight - …" */
function progressIn(line: string): Pick<Progress, "done" | "total"> | null {
  const [, done, total] = /^\[\s*(\d+)\/\s*(\d+)\]/.exec(line) ?? [];
  return done && total ? { done: Number(done), total: Number(total) } : null;
}
