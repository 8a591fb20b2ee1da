import { engines } from "@quantlab/engines";
import { promptNames } from "@quantlab/scenarios/prompts";
import { numberBetween, wholeNumber } from "@quantlab/terminal";
import { type Command, Option } from "commander";
import { declareSettingLists, settingFlags } from "../frame/engine-flags.ts";
import { numberList, promptAndAnswer } from "../frame/number-lists.ts";
import { inTypedWords } from "../frame/typed-words.ts";
import type { Act } from "../frame/verb.ts";
import { formatName } from "./format-name.ts";
import {
  type BenchOptions,
  backendList,
  modelList,
  precisionShare,
  promptList,
  requireUsedFlags,
} from "./options.ts";

export const summary = "measure how fast models, engines and settings are, each against the first";

export function declare(command: Command, act: Act): void {
  const list = <Value>(flags: string, about: string, read: (typed: string, before?: Value) => Value) =>
    command.addOption(
      new Option(flags, about).argParser((typed, before: Value | undefined) => read(typed, before)),
    );
  list("-m, --model <refs|paths>", "models; each engine's own unless said", modelList);
  list(
    "--backend <names>",
    `engines, of ${engines.map(({ name }) => name).join(", ")}; the one that reads the model unless said`,
    backendList,
  );
  list("-p, --n-prompt <tokens>", "prompts that are read; 512 unless said, 0 for none", numberList("-p", 0));
  list("-n, --n-gen <tokens>", "tokens that are decoded; 128 unless said, 0 for none", numberList("-n", 0));
  list(
    "--prompt-and-gen <pp,tg>",
    "-pg: a prompt and tokens behind it, timed together",
    promptAndAnswer("-pg"),
  );
  list(
    "--prompt <names>",
    `prompts of the catalogue, each timed together with an answer, of ${promptNames.join(", ")}`,
    promptList,
  );
  list("-d, --n-depth <tokens>", "tokens in the context before; 0 unless said", numberList("-d", 0));
  declareSettingLists(command);
  command
    .option(
      "-r, --repetitions <count>",
      "timed repetitions in each process; requests of each client of a server",
      wholeNumber("-r", 1),
      3,
    )
    .option(
      "--blocks <count>",
      "fresh processes a combination (5; with --precision 20 at most)",
      wholeNumber("--blocks", 1),
    )
    .option(
      "--precision <percent>",
      "stop a combination once its interval reaches so far to each side: 2%",
      precisionShare,
    )
    .option(
      "-o, --output <format>",
      "md, csv, json, jsonl or sql, with llama-bench's fields and the lab's; a table for people unless said",
      formatName,
    )
    .option(
      "--serve <url>",
      "ask a server that speaks OpenAI's API, up to its version: http://127.0.0.1:8080/v1",
    )
    .option("--serve-model <name>", "what it calls the model; its only one unless said");
  list("--clients <counts>", "clients that ask it at once; 1,4 unless said", numberList("--clients", 1));
  command
    .option(
      "--rate <per second>",
      "requests come at random so often, whatever is still being answered",
      numberBetween("--rate", 0.001, 10_000),
    )
    .option(
      "--long-prompt <words>",
      "somebody's prompt of so many words comes while all read their answers",
      wholeNumber("--long-prompt", 1),
    )
    .option("--resume", "go on with this bench where it was stopped")
    .option("-y, --yes", "measure, however long it takes")
    .option(
      "--timeout <minutes>",
      "end a process that is silent for so long",
      numberBetween("--timeout", 0.0001, 10_000),
      20,
    )
    .addHelpText(
      "after",
      "\nLists are separated by commas, ranges are first-last, first-last+step or first-last*factor; a flag may be given again.\nA named prompt is read in the model's chat template, where it has one; summary-1k@1 has as many words as make 1,000 of its tokens.\nA server is asked for -n tokens behind prompts of -p words; its key is looked for in OPENAI_API_KEY.\nExample: pnpm lab bench -m sprout:Q4_K_M,sprout:Q8_0 -p 64,256 -n 32 -d 0,512 -t 1-2",
    )
    .action(
      act((context, options: BenchOptions) =>
        inTypedWords(typedNames, async () => {
          requireUsedFlags(options);
          return options.serve === undefined
            ? (await import("./command.ts")).benchCommand(context, options)
            : (await import("./serving/command.ts")).benchServerCommand(context, options.serve, options);
        }),
      ),
    );
}

/** A context is as large as the test is. */
const typedNames = { ...settingFlags, contextSize: "-d, -p or -n" };
