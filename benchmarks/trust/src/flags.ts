import { UsageError } from "@quantlab/core";
import { usageErrorFrom, wholeNumber } from "@quantlab/terminal";
import { Command, type CommanderError } from "commander";

export interface Flags {
  /** References of models, measured one after the other. */
  readonly models: readonly string[];
  /** Of each model, those that are there already among them. */
  readonly runs: number;
}

const usualModels = ["smollm2-135m-instruct", "synthetic/qwen2.5-0.5b"];

/** Enough for more than 100 pairs of equal arms at the usual protocol, which fits into a run twice: eight have 28. */
const usualRuns = 2;

/** Throws a UsageError for what cannot be meant; prints and exits 0 for --help. */
export function parseFlags(argv: readonly string[]): Flags {
  const command = new Command("trust")
    .description("measure how often the lab's claims are right")
    .option("--model <references...>", `models (${usualModels.join(", ")})`)
    .option("--runs <count>", "runs of each model, earlier ones counted", wholeNumber("--runs", 1), usualRuns)
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => {} })
    .exitOverride();
  try {
    command.parse(argv[0] === "--" ? argv.slice(1) : argv, { from: "user" });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if ((error as CommanderError).exitCode === 0) process.exit(0);
    throw usageErrorFrom(error as CommanderError, "pnpm --filter trust start");
  }
  const { model: models = usualModels, runs } = command.opts<{ model?: string[]; runs: number }>();
  return { models, runs };
}
