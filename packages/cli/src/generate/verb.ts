import { numberBetween, threadCount, wholeNumber } from "@quantlab/terminal";
import type { Command } from "commander";
import { backendOption } from "../backend-option.ts";
import { nameFrom } from "../frame/names.ts";
import { inTypedWords, type TypedNames } from "../frame/typed-words.ts";
import type { Act } from "../frame/verb.ts";
import type { GenerateOptions } from "./options.ts";

const flashAttention = ["on", "off", "auto"];

export const summary = "answer one prompt and stream the text";

export function declare(command: Command, act: Act): void {
  command
    .option(
      "-m, --model <ref|path>",
      "model, as <id>:<quantization>, a .gguf file or a folder; the shipped one unless said",
    )
    .option("-p, --prompt <text>", "what to ask; - reads it from stdin")
    .option("-n, --predict <tokens>", "most tokens to generate", wholeNumber("-n", 1), 128)
    .option("-t, --threads <count>", "threads that compute (one a performance core)", threadCount("-t"))
    .option(
      "-c, --ctx-size <tokens>",
      "context, prompt and answer together; as large as needed unless said",
      wholeNumber("-c", 1),
    )
    .option(
      "--temp <value>",
      "temperature; 0 always takes the likeliest token",
      numberBetween("--temp", 0, 100),
      0,
    )
    .option("--top-k <count>", "sample from this many tokens; 0 from all", wholeNumber("--top-k", 0), 40)
    .option(
      "--top-p <share>",
      "sample from this share of the probability",
      numberBetween("--top-p", 0, 1),
      0.95,
    )
    .option("-s, --seed <number>", "seed of the sampling", wholeNumber("-s", 0), 42)
    .option("--cache-type-k <type>", "-ctk: type of the cached keys; f16 unless said")
    .option("--cache-type-v <type>", "-ctv: type of the cached values; f16 unless said")
    .option(
      "--flash-attn <on|off|auto>",
      "-fa: flash attention; auto unless said",
      nameFrom("flash attention", flashAttention),
    )
    .option("--n-gpu-layers <count>", "-ngl: layers on the GPU; all unless said", wholeNumber("-ngl", 0))
    .option("--raw", "give the prompt as it is, without the model's chat template")
    .option("--ignore-eos", "go on after the end of the answer, to exactly -n tokens")
    .option(backendOption.flags, backendOption.help, backendOption.read, backendOption.usual)
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
  return {
    contextSize: ctxSize === undefined ? "-n" : "-c",
    kvCacheTypes: "-ctk and -ctv",
    gpuLayers: "-ngl",
    flashAttention: "-fa",
    threads: "-t",
  };
}
