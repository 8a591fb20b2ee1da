import { threadCount, wholeNumber } from "@quantlab/terminal";
import type { Command } from "commander";
import { modelOption } from "../frame/model-option.ts";
import type { Act } from "../frame/verb.ts";
import type { PerplexityOptions } from "./command.ts";

export const summary = "score a text, and how far from a reference a model is";

export function declare(command: Command, act: Act): void {
  command
    .option(...modelOption)
    .option("-f, --file <text>", "the text to score")
    .option(
      "-c, --ctx-size <tokens>",
      "tokens of a chunk, of which the second half counts",
      wholeNumber("-c", 4),
      512,
    )
    .option(
      "--reference <ref|path>",
      "model that the distributions are compared with, the less quantized one",
    )
    .option(
      "--chunks <count>",
      "most chunks, from the beginning; all unless said",
      wholeNumber("--chunks", 1),
    )
    .option("-t, --threads <count>", "threads that compute (one a performance core)", threadCount("-t"))
    .addHelpText(
      "after",
      "\nExample: pnpm lab perplexity -m sprout:Q4_K_M -f models/sprout/text/test.txt --reference sprout:F16",
    )
    .action(
      act(async (context, options: PerplexityOptions) =>
        (await import("./command.ts")).perplexityCommand(context, options),
      ),
    );
}
