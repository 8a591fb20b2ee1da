import { rmSync } from "node:fs";
import { type CallContext, serve } from "@quantlab/processes";
import { loadLlama } from "./library/llama.ts";
import { growingFileHash } from "./quantize/growing-file-hash.ts";
import { prepareQuantizing } from "./quantize/quantize.ts";
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
