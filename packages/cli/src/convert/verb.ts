import { wholeNumber } from "@quantlab/terminal";
import type { Command } from "commander";
import type { Act } from "../frame/verb.ts";
import type { ConvertOptions } from "./options.ts";

export const summary = "turn a Hugging Face folder into GGUF or MLX form";

export function declare(command: Command, act: Act): void {
  command
    .argument("<model>", "a Hugging Face folder, a model of the catalogue, or a repository of the hub")
    .requiredOption(
      "--to <type>",
      "F32, F16, BF16 or Q8_0 for GGUF; mlx, or a whole name such as mlx-4bit-g64",
    )
    .option("-o, --output <path>", "where to write it; kept among the lab's models unless said")
    .option("--model-name <name>", "GGUF: what the file calls the model")
    .option("--bits <count>", "MLX: bits of a weight; full weights unless said", wholeNumber("--bits", 1))
    .option(
      "--group-size <count>",
      "MLX: weights that share a scale; 64 unless said",
      wholeNumber("--group-size", 1),
    )
    .option("--mix <low-high>", "MLX: two numbers of bits by layer, such as 3-6, instead of --bits")
    .option("--dtype <type>", "MLX: float32, bfloat16 or float16 for all that is not packed")
    .option("--exclude <modules>", "MLX: modules that keep full weights, with commas between")
    .option("--method <name>", "MLX: awq, gptq or dwq learn from a text how to round")
    .option("--calibration <file>", "MLX: the text to learn from; never one that quality is scored on")
    .option("--samples <count>", "MLX: pieces of that text", wholeNumber("--samples", 1))
    .addHelpText(
      "after",
      "\nExamples: pnpm lab convert ./my-model --to F16 -o my-model.gguf\n          pnpm lab convert sprout --to mlx --bits 4 --group-size 64",
    )
    .action(
      act(async (context, model: string, options: ConvertOptions) =>
        (await import("./command.ts")).convertCommand(context, model, options),
      ),
    );
}
