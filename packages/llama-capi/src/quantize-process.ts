import { rmSync } from "node:fs";
import { loadLlama } from "./llama.ts";
import { serveOwnProcess } from "./own-process-side.ts";
import { prepareQuantizing, type Quantized } from "./quantize.ts";
import type { QuantizeRequest } from "./quantize-request.ts";

// The process that quantizeInOwnProcess starts.

let writing: string | null = null;

await serveOwnProcess(quantize, () => {
  if (writing !== null) rmSync(writing, { force: true });
});

/** Like quantizeFile, on a thread of its own so that the end of stdin is noticed. */
async function quantize(
  request: QuantizeRequest,
  tell: (done: number, total: number) => void,
): Promise<Quantized> {
  using prepared = prepareQuantizing(request);
  if (prepared.planned && request.dryRun) return prepared.planned;
  const { call, log } = loadLlama(false);
  writing = request.output;
  const { result, lines } = await log.duringAsync(
    () =>
      new Promise<number>((resolve, reject) =>
        call.quantize.async(
          request.input,
          request.output,
          prepared.parameters,
          (error: unknown, code: number) => (error ? reject(error) : resolve(code)),
        ),
      ),
    ({ text }) => {
      const place = /^\[\s*(\d+)\/\s*(\d+)\]/.exec(text);
      if (place) tell(Number(place[1]), Number(place[2]));
    },
  );
  return prepared.finish(result, lines);
}
