import { rmSync, writeSync } from "node:fs";
import { QuantlabError } from "@quantlab/core";
import { loadLlama } from "./llama.ts";
import { reasonIn } from "./log.ts";
import { prepareQuantizing, type Quantized, quantizeError } from "./quantize.ts";
import type { QuantizeRequest } from "./quantize-request.ts";

// The process that quantizeInOwnProcess starts: a request as its argument, one JSON message a line on stdout.

export type QuantizeMessage =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "done"; readonly quantized: Quantized }
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly problem: string;
      readonly remedy: string | null;
      readonly exitCode: 1 | 2;
    };

const say = (message: QuantizeMessage) => writeSync(1, `${JSON.stringify(message)}\n`);

const request = JSON.parse(process.argv[2] ?? "") as QuantizeRequest;
let writing = false;

// The parent holds our stdin open: when it is gone, however it ended, nobody waits for this file any more.
process.stdin
  .on("end", () => {
    if (writing) rmSync(request.output, { force: true });
    process.kill(process.pid, "SIGKILL");
  })
  .resume();

try {
  say({ kind: "done", quantized: await quantize() });
  process.exit(0);
} catch (error) {
  if (!(error instanceof QuantlabError)) throw error;
  const { code, message: problem, remedy, exitCode } = error;
  say({ kind: "failed", code, problem, remedy, exitCode });
  process.exit(1);
}

/** Like quantizeFile, on a thread of its own so that the end of stdin is noticed. */
async function quantize(): Promise<Quantized> {
  using prepared = prepareQuantizing(request);
  if (request.dryRun) return prepared.quantized;
  const { call, log } = loadLlama(false);
  writing = true;
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
      if (place) say({ kind: "progress", done: Number(place[1]), total: Number(place[2]) });
    },
  );
  if (result !== 0) throw quantizeError(request, reasonIn(lines));
  return prepared.quantized;
}
