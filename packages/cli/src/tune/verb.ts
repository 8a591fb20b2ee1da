import { engineByName, engines } from "@quantlab/engines";
import { numberBetween, wholeNumber } from "@quantlab/terminal";
import { type Command, Option } from "commander";
import { declareSettingLists, engineFlags } from "../frame/engine-flags.ts";
import { modelOption } from "../frame/model-option.ts";
import { numberList } from "../frame/number-lists.ts";
import type { Act } from "../frame/verb.ts";
import type { TuneOptions } from "./options.ts";

export const summary = "find the settings with which a model is fastest here, and keep them for every verb";

export function declare(command: Command, act: Act): void {
  const list = <Value>(flags: string, about: string, read: (typed: string, before?: Value) => Value) =>
    command.addOption(
      new Option(flags, about).argParser((typed, before: Value | undefined) => read(typed, before)),
    );
  command
    .option(...modelOption)
    .option(
      "--backend <name>",
      `the engine, of ${engines.map(({ name }) => name).join(", ")}; the one that reads the model unless said`,
      (typed) => engineByName(typed).name,
    )
    .option("-n, --n-gen <tokens>", "tokens that are decoded behind each prompt", wholeNumber("-n", 2), 32);
  list(
    "-p, --n-prompt <tokens>",
    "lengths of prompts that are covered; 64,512 unless said",
    numberList("-p", 1),
  );
  list("-d, --n-depth <tokens>", "tokens in the context before them; 0,256 unless said", numberList("-d", 0));
  command.optionsGroup("To be tried in place of the usual:");
  declareSettingLists(command, ["threads", "batchSize", "ubatchSize", "flashAttn", "nGpuLayers", "mmap"]);
  command.optionsGroup("Options:");
  list(
    "--allow-kv <types>",
    "types of cached keys and values that may be taken though they change what the model says; none unless said",
    engineFlags.cacheTypeK.read,
  );
  command
    .option(
      "--rounds <count>",
      "fresh processes of each setting at each point",
      wholeNumber("--rounds", 3),
      5,
    )
    .option("-r, --repetitions <count>", "timed repetitions in each process", wholeNumber("-r", 1), 2)
    .option("--reset", "forget what was found for this model and engine")
    .option(
      "--timeout <minutes>",
      "end a process that is silent for so long",
      numberBetween("--timeout", 0.0001, 10_000),
      20,
    )
    .addHelpText(
      "after",
      "\nEach candidate is measured against the best so far, and taken where it is faster and surely nowhere slower. Chat,\nserve, generate and bench take what is kept; perplexity and eval take of it what changes no number; experiments keep the engine's own.\nA flag goes before it. Example: pnpm lab tune -m sprout:Q4_K_M",
    )
    .action(
      act(async (context, options: TuneOptions) =>
        (await import("./command.ts")).tuneCommand(context, options),
      ),
    );
}
