import { threadCount, wholeNumber } from "@quantlab/terminal";
import type { Command } from "commander";
import type { Act } from "../frame/verb.ts";
import type { ImatrixOptions } from "./command.ts";

export const summary = "compute an importance matrix from a calibration text";

export function declare(command: Command, act: Act): void {
  command
    .requiredOption(
      "-m, --model <ref|path>",
      "model with full weights, as <id>:<quantization> or a .gguf file",
    )
    .requiredOption("-f, --file <text>", "text to calibrate on; never one that quality is scored on")
    .option("-o, --output <file>", "where to write the matrix", "imatrix.gguf")
    .option("-c, --ctx-size <tokens>", "tokens of a chunk", wholeNumber("-c", 16), 512)
    .option("--chunks <count>", "only the first chunks; all unless said", wholeNumber("--chunks", 1))
    .option("-t, --threads <count>", "threads that compute (one a performance core)", threadCount("-t"))
    .option("--process-output", "also the output's matrix, where the model has one of its own")
    .addHelpText(
      "after",
      "\nExample: pnpm lab imatrix -m sprout:F16 -f models/sprout/text/calibration.txt -o sprout.imatrix",
    )
    .action(
      act(async (context, options: ImatrixOptions) =>
        (await import("./command.ts")).imatrixCommand(context, options),
      ),
    );
}
