import { wholeNumber } from "@quantlab/terminal";
import type { Command } from "commander";
import { backendOption } from "../backend-option.ts";
import { declareSettings, settingFlags } from "../frame/engine-flags.ts";
import { modelOption } from "../frame/model-option.ts";
import { usualContext } from "../frame/openable-model.ts";
import { declareSampling } from "../frame/sampling-flags.ts";
import { inTypedWords } from "../frame/typed-words.ts";
import type { Act } from "../frame/verb.ts";
import type { ChatOptions } from "./options.ts";
import { commandList } from "./slash-commands.ts";

export const summary = "talk with a model, turn by turn";

export function declare(command: Command, act: Act): void {
  command
    .option(...modelOption)
    .option(
      "--system <text>",
      "what the model is told before the conversation; its template's own unless said",
    )
    .option("--load <file>", "go on with a conversation that was saved")
    .option(
      "-n, --predict <tokens>",
      "most tokens of an answer; as many as fit unless said",
      wholeNumber("-n", 1),
    )
    .option(
      "-c, --ctx-size <tokens>",
      `places for the whole conversation (${usualContext})`,
      wholeNumber("-c", 1),
    );
  declareSampling(command, 0.7);
  declareSettings(command);
  command
    .option(...backendOption)
    .addHelpText(
      "after",
      `\nIn the conversation:\n${commandList()}\nCtrl-C stops an answer, twice in a row leaves. What comes through a pipe is a turn a line.\nExample: pnpm lab chat -m smollm2-135m-instruct:Q4_1 --system "You answer in one sentence."`,
    )
    .action(
      act((context, options: ChatOptions) =>
        inTypedWords({ ...settingFlags, contextSize: "-c" }, async () =>
          (await import("./command.ts")).chatCommand(context, options),
        ),
      ),
    );
}
