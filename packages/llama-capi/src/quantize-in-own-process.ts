import path from "node:path";
import { EngineError, type Progress, QuantlabError } from "@quantlab/core";
import { execa } from "execa";
import { findLibrary } from "./library.ts";
import { type Quantized, quantizeError } from "./quantize.ts";
import { checkRequest } from "./quantize-checks.ts";
import type { QuantizeMessage } from "./quantize-process.ts";
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
  const child = execa(
    process.execPath,
    [path.join(import.meta.dirname, "quantize-process.ts"), JSON.stringify(plain)],
    {
      reject: false,
      stdin: "pipe",
      buffer: { stdout: false },
      forceKillAfterDelay: false,
      killSignal: "SIGKILL",
      ...(signal ? { cancelSignal: signal } : {}),
    },
  );
  let quantized: Quantized | null = null;
  let failure: QuantlabError | null = null;
  for await (const line of child.iterable({ preserveNewlines: false })) {
    const message = JSON.parse(line as string) as QuantizeMessage;
    if (message.kind === "failed") failure = failureFrom(message);
    else if (message.kind === "done") quantized = message.quantized;
    else
      onProgress?.({
        step: `quantize to ${plain.type}`,
        done: message.done,
        total: message.total,
        unit: "tensors",
      });
  }
  const result = await child;
  signal?.throwIfAborted();
  if (failure) throw failure;
  if (!quantized) throw quantizeError(plain, lastWords(result));
  return quantized;
}

function failureFrom({
  code,
  problem,
  remedy,
  exitCode,
}: QuantizeMessage & { kind: "failed" }): QuantlabError {
  return code === "ENGINE"
    ? new EngineError("llama.cpp", problem.replace(/^llama\.cpp: /, ""), remedy)
    : new QuantlabError(code, problem, { remedy, exitCode });
}

/** What is known of a process that ended without a word of its own: the signal and the end of its stderr. */
function lastWords({
  signal,
  stderr,
}: {
  readonly signal?: string | undefined;
  readonly stderr: string;
}): string {
  const lines = stderr.split("\n").filter((line) => line.trim());
  return (
    [signal && `the process died of ${signal}`, lines.at(-1)].filter(Boolean).join(": ") || "the process died"
  );
}
