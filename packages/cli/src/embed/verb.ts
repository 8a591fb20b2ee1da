import type { Command } from "commander";
import { backendOption } from "../backend-option.ts";
import { declareSettings, settingFlags } from "../frame/engine-flags.ts";
import { modelOption } from "../frame/model-option.ts";
import { inTypedWords } from "../frame/typed-words.ts";
import type { Act } from "../frame/verb.ts";
import type { EmbedOptions } from "./options.ts";

export const summary = "give texts as vectors";

export function declare(command: Command, act: Act): void {
  command
    .option(...modelOption)
    .option("-p, --prompt <text>", "a text; may be given several times", (typed, before: string[] = []) => [
      ...before,
      typed,
    ])
    .option("-f, --file <text>", "a text on each line; - reads stdin");
  declareSettings(command);
  command
    .option(...backendOption)
    .addHelpText(
      "after",
      '\nPrints each text\'s vector as JSON on a line of its own, of length 1: the cosine of two is the sum of their products.\nExample: pnpm lab embed -m all-minilm-l6-v2:F16 -p "a cat" -p "a kitten"',
    )
    .action(
      act((context, options: EmbedOptions) =>
        inTypedWords(settingFlags, async () => (await import("./command.ts")).embedCommand(context, options)),
      ),
    );
}
