import { wholeNumber } from "@quantlab/terminal";
import type { Command } from "commander";
import { backendOption } from "../backend-option.ts";
import { declareSettings, settingFlags } from "../frame/engine-flags.ts";
import { modelOption } from "../frame/model-option.ts";
import { declareSampling } from "../frame/sampling-flags.ts";
import { inTypedWords, type TypedNames } from "../frame/typed-words.ts";
import type { Act } from "../frame/verb.ts";
import type { GenerateOptions } from "./options.ts";

export const summary = "answer one prompt and stream the text";

export function declare(command: Command, act: Act): void {
  command
    .option(...modelOption)
    .option("-p, --prompt <text>", "what to ask; - reads it from stdin")
    .option("-n, --predict <tokens>", "most tokens to generate", wholeNumber("-n", 1), 128)
    .option(
      "-c, --ctx-size <tokens>",
      "context, prompt and answer together; as large as needed unless said",
      wholeNumber("-c", 1),
    );
  declareSampling(command, 0);
  declareSettings(command);
  command
    .option("--raw", "give the prompt as it is, without the model's chat template")
    .option("--ignore-eos", "go on after the end of the answer, to exactly -n tokens")
    .option(...backendOption)
    .addHelpText("after", '\nExample: pnpm lab generate -m sprout:Q4_K_M -p "What is inflation?" -n 80')
    .action(
      act((context, options: GenerateOptions) =>
        inTypedWords(typedNames(options), async () =>
          (await import("./command.ts")).generateCommand(context, options),
        ),
      ),
    );
}

/** A context without a size of its own is as large as -n makes it. */
function typedNames({ ctxSize }: GenerateOptions): TypedNames {
  return { ...settingFlags, contextSize: ctxSize === undefined ? "-n" : "-c" };
}
