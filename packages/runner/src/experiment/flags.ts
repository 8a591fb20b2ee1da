import { type Experiment, UsageError } from "@quantlab/core";
import { scenarioNamed } from "@quantlab/scenarios";
import { numberBetween, threadCount, usageErrorFrom, wholeNumber } from "@quantlab/terminal";
import { Command, CommanderError, Option } from "commander";

/** What the command line of an experiment may change. */
export interface Flags {
  readonly quick?: true;
  readonly model?: string;
  readonly threads?: number;
  readonly context?: number;
  readonly blocks?: number;
  readonly arms?: readonly string[];
  /** Minutes an arm may take over all its blocks. */
  readonly budget?: number;
  /** Minutes; it changes no figure. */
  readonly timeout: number;
  /** Fields of workloads, by scenario. */
  readonly workloads: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What was typed for the experiment's own flags, by their names. */
  readonly models: Readonly<Record<string, string>>;
}

/** Nothing at real size is silent for so long: one generation at 0.3 tokens a second takes under 5 minutes. */
const defaultTimeoutMinutes = 20;

const fewestMinutes = 0.0001;

/** Reads an experiment's flags. Throws a UsageError that names flag and value; prints and exits 0 for --help. */
export function parseFlags(argv: readonly string[], experiment: Experiment): Flags {
  const { id, question } = experiment;
  const command = new Command(id)
    .description(question)
    .usage("[options]")
    .option("--quick", "a first look: 2 blocks, fewer warm-ups, fewer questions and less text")
    .option(
      "--model <reference>",
      "another model for every arm: a name of the catalogue, an F16 .gguf file or a Hugging Face folder",
    )
    .option("--threads <n>", "threads that compute (one a performance core)", threadCount("--threads"))
    .option("--context <n>", "tokens that fit into the context", wholeNumber("--context", 1))
    .option("--blocks <n>", "fresh processes an arm", wholeNumber("--blocks", 1))
    .option("--arms <names>", "some arms only, separated by commas", names)
    .option(
      "--budget <minutes>",
      "cut an arm to fewer blocks when one more would pass this (10)",
      numberBetween("--budget", fewestMinutes, 10_000),
    )
    .option(
      "--timeout <minutes>",
      "end a block that is silent for so long",
      numberBetween("--timeout", fewestMinutes, 10_000),
      defaultTimeoutMinutes,
    )
    .addHelpText(
      "after",
      "\nWithout flags: the experiment's own models and the full protocol, kept in results/.\n--model keeps its own file there, --budget what fits; every other change is shown and not kept.",
    )
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => {} })
    .exitOverride();
  const workloadFlags = addWorkloadFlags(command, experiment);
  const modelFlags = addModelFlags(command, experiment);
  try {
    // `pnpm start -- --quick` hands the two dashes on.
    command.parse(argv[0] === "--" ? argv.slice(1) : argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) process.exit(0);
    throw usageErrorFrom(error, `pnpm --filter ${id} start`);
  }
  const options = command.opts();
  const own = new Set([...workloadFlags, ...modelFlags].map(({ key }) => key));
  const common = Object.entries(options).filter(([key]) => !own.has(key));
  const typed = <Flag extends { readonly key: string }>(flags: readonly Flag[]) =>
    flags.filter(({ key }) => options[key] !== undefined);
  const byScenario = Object.groupBy(typed(workloadFlags), ({ scenario }) => scenario);
  return {
    ...(Object.fromEntries(common) as unknown as Flags),
    workloads: Object.fromEntries(
      Object.entries(byScenario).map(([scenario, flags = []]) => [
        scenario,
        Object.fromEntries(flags.map(({ field, key }) => [field, options[key]])),
      ]),
    ),
    models: Object.fromEntries(typed(modelFlags).map(({ name, key }) => [name, options[key]])),
  };
}

/** Two scenarios of one experiment that have a flag in common both get what is typed. */
function addWorkloadFlags(command: Command, { workloads }: Experiment) {
  return [...new Set(workloads.map(({ scenario }) => scenario))].flatMap((scenario) =>
    Object.entries(scenarioNamed(scenario).flags).map(([name, { field, about, least }]) => {
      const option = new Option(`--${name} <n>`, about).argParser(wholeNumber(`--${name}`, least));
      if (!command.options.some(({ long }) => long === option.long)) command.addOption(option);
      return { scenario, field, key: option.attributeName() };
    }),
  );
}

function addModelFlags(command: Command, { modelFlags = {} }: Experiment) {
  return Object.entries(modelFlags).map(([name, { value, about }]) => {
    const option = new Option(`--${name} <${value}>`, about);
    command.addOption(option);
    return { name, key: option.attributeName() };
  });
}

function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim());
  if (list.includes(""))
    throw new UsageError(`--arms "${text}" has an empty name`, "give names of arms, separated by commas");
  return [...new Set(list)];
}
