import { rmSync } from "node:fs";
import { loadLlama } from "./llama.ts";
import { serveOwnProcess, type Telling } from "./own-process-side.ts";
import { prepareQuantizing, type Quantized } from "./quantize.ts";
import type { QuantizeRequest } from "./quantize-request.ts";

// The process that quantizeInOwnProcess starts.

let writing: string | null = null;

const serving = serveOwnProcess(quantize, () => {
  if (writing !== null) rmSync(writing, { force: true });
});
try {
  // Before there is a request; what is wrong with it is told when a request needs it.
  loadLlama(false);
} catch {}
await serving;

/** Like quantizeFile, on a thread of its own so that the end of stdin is noticed. */
async function quantize(request: QuantizeRequest, { tell, plan }: Telling<Quantized>): Promise<Quantized> {
  using prepared = prepareQuantizing(request);
  if (request.dryRun) return prepared.planned;
  plan(prepared.planned);
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
