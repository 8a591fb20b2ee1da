import { writeSync } from "node:fs";
import { EngineError } from "@quantlab/core";
import { loadLlama } from "./llama.ts";
import { reasonIn } from "./log.ts";
import { type QuantizeRequest, quantizeError, quantizeParameters } from "./quantize.ts";

// The process that quantizeInOwnProcess starts: a request as its argument, one JSON message a line on stdout.

export type QuantizeMessage =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "failed"; readonly problem: string; readonly remedy: string | null };

const say = (message: QuantizeMessage) => writeSync(1, `${JSON.stringify(message)}\n`);

// The parent holds our stdin open: when it is gone, however it ended, nobody waits for this file any more.
process.stdin.on("end", () => process.kill(process.pid, "SIGKILL")).resume();

try {
  await quantize(JSON.parse(process.argv[2] ?? "") as QuantizeRequest);
  process.exit(0);
} catch (error) {
  if (!(error instanceof EngineError)) throw error;
  say({ kind: "failed", problem: error.message.replace(/^llama\.cpp: /, ""), remedy: error.remedy });
  process.exit(1);
}

/** Like quantizeFile, on a thread of its own so that the end of stdin is noticed. */
async function quantize(request: QuantizeRequest): Promise<void> {
  const { call, log } = loadLlama(false);
  const parameters = quantizeParameters(request);
  const { result, lines } = await log.duringAsync(
    () =>
      new Promise<number>((resolve, reject) =>
        call.quantize.async(request.input, request.output, parameters, (error: unknown, code: number) =>
          error ? reject(error) : resolve(code),
        ),
      ),
    ({ text }) => {
      const place = /^\[\s*(\d+)\/\s*(\d+)\]/.exec(text);
      if (place) say({ kind: "progress", done: Number(place[1]), total: Number(place[2]) });
    },
  );
  if (result !== 0) throw quantizeError(request, reasonIn(lines));
}
