import { threadCount } from "@quantlab/terminal";
import type { Command } from "commander";
import type { Act } from "../frame/verb.ts";
import type { QuantizeOptions } from "./options.ts";

export const summary = "make a model file smaller: every type of llama.cpp, several in one go";

export function declare(command: Command, act: Act): void {
  command
    .argument("<model>", "a .gguf file in F16, BF16 or F32, or <id>:F16")
    .requiredOption(
      "--to <types>",
      "what to make, separated by commas: TYPE[+imatrix][+CLASS=TYPE…], as in Q4_K_M,F16+ffn=Q4_K",
    )
    .option("-o, --output <path>", "file, or folder for several; beside the model unless said")
    .option("--imatrix <file>", "importance matrix, as GGUF; +imatrix without it computes one")
    .option(
      "--tensor-type <regex=type>",
      "type of the tensors whose names the expression finds; may be repeated, the first that does counts",
      (typed: string, before: readonly string[] = []) => [...before, typed],
    )
    .option("--output-tensor-type <type>", "type of output.weight")
    .option("--token-embedding-type <type>", "type of the token embeddings")
    .option("--leave-output-tensor", "leave output.weight as it is")
    .option("--pure", "all tensors in one type, without the finer layers of a mix")
    .option("--allow-requantize", "take a quantized file, and with it the losses of both quantizations")
    .option("--dry-run", "show sizes and types, and write nothing")
    .option("-t, --threads <count>", "threads that compute (one a performance core)", threadCount("-t"))
    .addHelpText(
      "after",
      `
Each file gets a .json beside it with its history, which "pnpm lab models info" shows.
Example: pnpm lab quantize ./my-F16.gguf --to Q4_K_M,Q5_K_M+imatrix`,
    )
    .action(
      act(async (context, reference: string, options: QuantizeOptions) =>
        (await import("./command.ts")).quantizeCommand(context, reference, options),
      ),
    );
}
