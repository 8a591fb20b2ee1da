import { threadCount, wholeNumber } from "@quantlab/terminal";
import type { Command } from "commander";
import { backendOption } from "../backend-option.ts";
import { modelOption } from "../frame/model-option.ts";
import { nameFrom } from "../frame/names.ts";
import { inTypedWords } from "../frame/typed-words.ts";
import type { Act } from "../frame/verb.ts";
import type { EvalOptions } from "./options.ts";

export const summary = "answer tasks: accuracy, and which answers flipped against a reference";

export function declare(command: Command, act: Act): void {
  command
    .option(...modelOption)
    .option(
      "--tasks <path...>",
      "task files or folders of them: the lab's own, MMLU (csv or jsonl), HellaSwag, ARC, GSM8K; the shipped ones unless said",
    )
    .option("--reference <ref|path>", "model that answers are held against: which ones flipped")
    .option(...backendOption)
    .option(
      "--limit <count>",
      "items of each task, from its beginning; all unless said",
      wholeNumber("--limit", 1),
    )
    .option("-t, --threads <count>", "threads that compute (one a performance core)", threadCount("-t"))
    .option(
      "-c, --ctx-size <tokens>",
      "context for written answers; as large as needed unless said",
      wholeNumber("-c", 1),
    )
    .option(
      "--harness <name>",
      "lm-eval: EleutherAI's lm-evaluation-harness asks and judges, and the backend answers",
      nameFrom("harness", ["lm-eval"]),
    )
    .option("-o, --output <file>", "write everything as JSON, every answer included")
    .addHelpText("after", "\nExample: pnpm lab eval -m sprout:Q2_K --reference sprout:F16")
    .action(
      act((context, options: EvalOptions) =>
        inTypedWords({ contextSize: "-c", threads: "-t" }, async () =>
          (await import("./command.ts")).evalCommand(context, options),
        ),
      ),
    );
}
