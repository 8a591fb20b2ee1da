import { rmSync } from "node:fs";
import { digestOf, serveOwnProcess } from "@quantlab/core";
import { loadLlama } from "./library/llama.ts";
import { growingFileHash } from "./quantize/growing-file-hash.ts";
import { type PreparedQuantizing, prepareQuantizing } from "./quantize/quantize.ts";
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
  const working = log.aloud(
    () =>
      new Promise<number>((resolve, reject) => {
        call.quantize.async(request.input, request.output, parameters, (error: unknown, code: number) =>
          error ? reject(error) : resolve(code),
        );
      }),
  );
  const [result, sha256] = await Promise.all([working, growingFileHash(request.output, header, working)]);
  // The library has told the reason on stderr.
  if (result !== 0) process.exit(1);
  return { ...planned, sha256 };
}
