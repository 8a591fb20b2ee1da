import type { Command } from "commander";
import type { Act } from "../frame/verb.ts";

export const summary = "name the model that experiments take when none is said";

export function declare(command: Command, act: Act): void {
  command
    .argument(
      "[model]",
      "a name of the catalogue, an F16 .gguf file or a Hugging Face folder; without it, tells which it is",
    )
    .option("--reset", "let every experiment take its own model again")
    .addHelpText(
      "after",
      "\nIt counts in this checkout, for single experiments and for the suite. Experiments that ask about a model of their own,\nand the benchmarks, keep theirs. --model goes before it.",
    )
    .action(
      act(async (_context, model: string | undefined, options: { readonly reset?: true }) =>
        (await import("./command.ts")).use(model, options),
      ),
    );
}
