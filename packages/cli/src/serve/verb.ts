import { numberBetween, wholeNumber } from "@quantlab/terminal";
import { type Command, Option } from "commander";
import { backendOption } from "../backend-option.ts";
import { modelList } from "../bench/options.ts";
import { declareSettings, settingFlags } from "../frame/engine-flags.ts";
import { usualContext } from "../frame/openable-model.ts";
import { inTypedWords } from "../frame/typed-words.ts";
import type { Act } from "../frame/verb.ts";
import { type ServeOptions, usualParallel } from "./options.ts";

export const summary = "serve models to whatever speaks to OpenAI's API";

export function declare(command: Command, act: Act): void {
  command
    .addOption(
      new Option(
        "-m, --model <refs|paths>",
        "models that may be asked; the shipped one unless said",
      ).argParser((typed, before: readonly string[] | undefined) => modelList(typed, before)),
    )
    .option("--host <address>", "where to listen; beyond this machine only with a key", "127.0.0.1")
    .option("--port <number>", "0 takes a free one", numberBetween("--port", 0, 65_535), 8080)
    .option(
      "-c, --ctx-size <tokens>",
      `places for prompt and answer, of each request that is computed (${usualContext})`,
      wholeNumber("-c", 1),
    )
    .option(
      "--parallel <count>",
      `requests computed at once; ${usualParallel} where the engine can, otherwise 1`,
      wholeNumber("--parallel", 1),
    )
    .option(
      "--keep <count>",
      "models in memory at once; the one asked longest ago goes",
      wholeNumber("--keep", 1),
      1,
    )
    .option(
      "--idle <minutes>",
      "unload a model that nobody asks; for ever unless said",
      numberBetween("--idle", 0.01, 100_000),
    )
    .option(
      "--queue <count>",
      "requests that may wait; more are told when to come again",
      wholeNumber("--queue", 0),
      32,
    )
    .option("--timeout <minutes>", "longest answer", numberBetween("--timeout", 0.001, 10_000), 10)
    .option("--max-body <MiB>", "largest request", numberBetween("--max-body", 0.001, 1000), 16);
  declareSettings(command);
  command
    .option(...backendOption)
    .addHelpText(
      "after",
      "\nQUANTLAB_API_KEY, where it is set, is the key that clients must have. Ctrl-C lets what runs come to its end, for some seconds.\nIt answers /v1/chat/completions (with schemas and tools), /v1/completions (with echo and logprobs), /v1/embeddings,\n/v1/models, /tokenize, /apply-template, /runs, /health, /metrics and /openapi.json.\nExample: pnpm lab serve -m smollm2-135m-instruct:Q4_1",
    )
    .action(
      act((context, options: ServeOptions) =>
        inTypedWords({ ...settingFlags, contextSize: "-c" }, async () =>
          (await import("./command.ts")).serveCommand(context, options),
        ),
      ),
    );
}
