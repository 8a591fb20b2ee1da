import { type Experiment, UsageError } from "@quantlab/core";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

/** What the command line of an experiment may change. */
export interface Flags {
  readonly quick?: true;
  readonly model?: string;
  readonly threads?: number;
  readonly context?: number;
  readonly blocks?: number;
  readonly warmups?: number;
  readonly generations?: number;
  readonly newTokens?: number;
  readonly arms?: readonly string[];
  /** Minutes an arm may take over all its blocks. */
  readonly budget?: number;
  /** Minutes; it changes no figure. */
  readonly timeout: number;
  /** What was typed for the experiment's own flags, by their names. */
  readonly models?: Readonly<Record<string, string>>;
}

/** Nothing at real size is silent for so long: one generation at 0.3 tokens a second takes under 5 minutes. */
const defaultTimeoutMinutes = 20;

/** Reads an experiment's flags. Throws a UsageError that names flag and value; prints and exits 0 for --help. */
export function parseFlags(
  argv: readonly string[],
  { id, question, modelFlags = {} }: Pick<Experiment, "id" | "question" | "modelFlags">,
): Flags {
  const command = new Command(id)
    .description(question)
    .usage("[options]")
    .option("--quick", "a first look: 1 warm-up, 2 blocks, fewer questions and less text")
    .option(
      "--model <reference>",
      "another model for every arm: a name of the catalogue, an F16 .gguf file or a Hugging Face folder",
    )
    .option("--threads <n>", "threads that compute", wholeNumber(1))
    .option("--context <n>", "tokens that fit into the context", wholeNumber(1))
    .option("--blocks <n>", "fresh processes an arm", wholeNumber(1))
    .option("--warmups <n>", "untimed generations before the timed ones", wholeNumber(0))
    .option("--generations <n>", "timed generations a process", wholeNumber(1))
    .option("--new-tokens <n>", "tokens a generation", wholeNumber(2))
    .option("--arms <names>", "some arms only, separated by commas", names)
    .option("--budget <minutes>", "cut an arm to fewer blocks when one more would pass this (10)", minutes)
    .option("--timeout <minutes>", "end a block that is silent for so long", minutes, defaultTimeoutMinutes)
    .addHelpText(
      "after",
      "\nWithout flags: the shipped model and the full protocol, kept in results/.\n--model keeps its own file there, --budget what fits; every other change is shown and not kept.",
    )
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => {} })
    .exitOverride();
  const own = Object.entries(modelFlags).map(([name, { value, about }]) => {
    const option = new Option(`--${name} <${value}>`, about);
    command.addOption(option);
    return { name, key: option.attributeName() };
  });
  try {
    // `pnpm start -- --quick` hands the two dashes on.
    command.parse(argv[0] === "--" ? argv.slice(1) : argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) process.exit(0);
    throw new UsageError(error.message.replace(/^error: /, ""), "--help lists what there is");
  }
  const options = command.opts();
  const typed = own.filter(({ key }) => options[key] !== undefined);
  const common = Object.entries(options).filter(([key]) => !own.some((flag) => flag.key === key));
  return {
    ...(Object.fromEntries(common) as unknown as Flags),
    ...(typed.length > 0 && {
      models: Object.fromEntries(typed.map(({ name, key }) => [name, options[key]])),
    }),
  };
}

function wholeNumber(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Give a whole number from ${least}.`);
    }
    return value;
  };
}

function minutes(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError("Give minutes above 0.");
  return value;
}

function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim());
  if (list.includes("")) throw new InvalidArgumentError("Give names of arms, separated by commas.");
  return [...new Set(list)];
}
