import { rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { type CallContext, serve } from "@quantlab/processes";
import { HashWhileWritten } from "./hash-while-written.ts";
import { loadLlama } from "./llama.ts";
import { prepareQuantizing } from "./quantize.ts";
import type { QuantizedInOwnProcess } from "./quantize-in-own-process.ts";
import type { QuantizeRequest } from "./quantize-request.ts";

// The process that quantizeInOwnProcess starts.

serve({ quantize });

/** Like quantizeFile, on a thread of its own so that the caller's end is noticed. */
async function quantize(request: QuantizeRequest, { signal }: CallContext): Promise<QuantizedInOwnProcess> {
  using prepared = prepareQuantizing(request);
  const { planned, parameters, header } = prepared;
  if (request.dryRun) return { ...planned, sha256: null };
  const { call, log } = loadLlama(false);
  signal.addEventListener("abort", () => rmSync(request.output, { force: true }));
  using hash = new HashWhileWritten(request.output, header);
  const result = await log.aloud(
    () =>
      new Promise<number>((resolve, reject) => {
        call.quantize.async(request.input, request.output, parameters, (error: unknown, code: number) =>
          error ? reject(error) : resolve(code),
        );
        yieldToOtherThreads();
      }),
  );
  // The library has told the reason on stderr.
  if (result !== 0) process.exit(1);
  return { ...planned, sha256: await hash.digest() };
}

/**
 * From now on this thread, which hashes, takes what the library's leave: all but one of them wait while it writes. Linux
 * has a priority for each thread; elsewhere it would be the process's, and theirs, too.
 */
function yieldToOtherThreads(): void {
  if (process.platform === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}
