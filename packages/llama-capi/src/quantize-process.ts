import { rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { digestOf, serveOwnProcess } from "@quantlab/core";
import { HashWhileWritten } from "./hash-while-written.ts";
import { loadLlama } from "./llama.ts";
import { type PreparedQuantizing, prepareQuantizing } from "./quantize.ts";
import type { QuantizedInOwnProcess } from "./quantize-in-own-process.ts";
import type { QuantizeRequest } from "./quantize-request.ts";

// The process that quantizeInOwnProcess starts.

let writing: string | null = null;
let ready: { readonly is: string; readonly prepared: PreparedQuantizing } | null = null;

const serving = serveOwnProcess<QuantizeRequest, never, QuantizedInOwnProcess>({
  work: quantize,
  prepare(request) {
    try {
      ready = { is: preparedPart(request), prepared: prepareQuantizing(request) };
    } catch {}
  },
  abandoned() {
    if (writing !== null) rmSync(writing, { force: true });
  },
});
try {
  // Before there is a request; what is wrong with it is told when a request needs it.
  loadLlama(false);
} catch {}
await serving;

/** Where it is written to, nothing depends on. */
function preparedPart({ output: _, ...request }: QuantizeRequest): string {
  return digestOf(request);
}

/** Like quantizeFile, on a thread of its own so that the end of stdin is noticed. */
async function quantize(request: QuantizeRequest): Promise<QuantizedInOwnProcess> {
  using prepared = ready?.is === preparedPart(request) ? ready.prepared : prepareQuantizing(request);
  const { planned, parameters, header } = prepared;
  if (request.dryRun) return { ...planned, sha256: null };
  const { call, log } = loadLlama(false);
  writing = request.output;
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
