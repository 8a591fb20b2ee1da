import { wholeNumber } from "@quantlab/terminal";
import { type Command, Option } from "commander";
import type { Act } from "../frame/verb.ts";
import { gigabytes, gpuMemory, modelList, type RecommendOptions } from "./options.ts";
import { taskNamed, tasks } from "./tasks.ts";

export const summary = "tell which model, quantization and settings fit a machine";

export function declare(command: Command, act: Act): void {
  command
    .option("--ram <GB>", "the machine's memory; this one's unless said", gigabytes("--ram", 1))
    .option("--gpu <GB|none>", "a GPU's own memory; what this machine has is used unless said", gpuMemory)
    .option(
      "-c, --context <tokens>",
      "prompt and answer together; what the task needs unless said",
      wholeNumber("-c", 64),
    )
    .addOption(
      new Option("--task <name>", tasks.map(({ name }) => name).join(", "))
        .argParser(taskNamed)
        .default(tasks[0], tasks[0]!.name),
    )
    .addOption(
      new Option("-m, --model <ids>", "only these models of the catalogue").argParser(
        (typed, before: readonly string[] | undefined) => modelList(typed, before),
      ),
    )
    .option("--table", "the whole grid: sizes of models down, sizes of machines across")
    .addHelpText("after", "\nExample: pnpm lab recommend --ram 16 --context 8192 --task code")
    .action(
      act(async (context, options: RecommendOptions) =>
        (await import("./command.ts")).recommendCommand(context, options),
      ),
    );
}
