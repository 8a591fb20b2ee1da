import path from "node:path";
import { type Progress, UsageError } from "@quantlab/core";
import { callOnce, nodeScript } from "@quantlab/processes";
import { findLibrary } from "./library/installed-library.ts";
import { withoutFunction } from "./library/log.ts";
import { type Quantized, quantizeError } from "./quantize/quantize.ts";
import type { QuantizeRequest } from "./quantize-request.ts";

export interface QuantizedInOwnProcess extends Quantized {
  /** Of the file, worked out while it was written; null of a dry run, and where the file has to be read again. */
  readonly sha256: string | null;
}

const script = path.join(import.meta.dirname, "quantize-process.ts");

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
): Promise<QuantizedInOwnProcess> {
  const { signal, onProgress, ...plain } = request;
  findLibrary(false);
  const program = nodeScript(script, {
    name: "llama.cpp",
    limits: { silenceMs: Number.POSITIVE_INFINITY, cancelMs: 0 },
    // The library itself tells how far it is.
    onPrinted(line) {
      const tensors = progressIn(line);
      if (tensors) onProgress?.({ step: `quantize to ${plain.type}`, ...tensors, unit: "tensors" });
      return tensors !== null;
    },
    failure({ what, end }) {
      // C++ reads expressions otherwise than JavaScript, and ends the process over one that it does not take.
      if (plain.tensorTypes && end?.signal === "SIGABRT" && end.lastWords === "")
        return expressionError(plain);
      // It ends by itself where the library has printed why.
      return quantizeError(plain, end?.exitCode ? withoutFunction(end.lastWords) : `its process ${what}`);
    },
  });
  return callOnce(program, "quantize", plain, { signal });
}

function expressionError({ tensorTypes = {} }: QuantizeRequest): UsageError {
  const patterns = Object.keys(tensorTypes).map((pattern) => `"${pattern}"`);
  return new UsageError(
    `llama.cpp does not take ${patterns.join(" or ")} as a regular expression`,
    "leave out what C++ has not: lookbehind, named groups, counts of many thousands",
  );
}

/** "[  12/ 290] blk.0.attn_k.weight - …" */
function progressIn(line: string): Pick<Progress, "done" | "total"> | null {
  const [, done, total] = /^\[\s*(\d+)\/\s*(\d+)\]/.exec(line) ?? [];
  return done && total ? { done: Number(done), total: Number(total) } : null;
}
