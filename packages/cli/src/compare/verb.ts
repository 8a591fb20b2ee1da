import { engineByName, engines } from "@quantlab/engines";
import { numberBetween, wholeNumber } from "@quantlab/terminal";
import { type Command, Option } from "commander";
import { declareSettings } from "../frame/engine-flags.ts";
import { one } from "../frame/lists.ts";
import { numberList } from "../frame/number-lists.ts";
import type { Act } from "../frame/verb.ts";
import { boundList, type CompareOptions, differenceList, percentage } from "./options.ts";

export const summary = "hold one model, run, result or bench against another";

const sameWithin = percentage(
  "--same-within",
  "try --same-within 2%: ratios that surely lie within 2% of 1 are the same",
);

export function declare(command: Command, act: Act): void {
  const repeated = (flags: string, about: string, flag: string) =>
    command.addOption(new Option(flags, about).argParser(boundList(flag)));
  command
    .argument(
      "<a>",
      "what is held against: a model, or a file of a run, a result or a bench, as FILE or FILE#arm",
    )
    .argument("<b>", "what is held against it: another one of these")
    .option(
      "--same-within <percent>",
      "the margin in which two figures are the same (2%); with --prompts of the perplexity on what A says",
      sameWithin,
    );
  repeated(
    "--fail-below <metric=ratio>",
    "exit with 1 where B ÷ A is shown to be below: decode=0.97; may be given again",
    "--fail-below",
  );
  repeated(
    "--fail-above <metric=ratio>",
    "exit with 1 where B ÷ A is shown to be above: ttft=1.05; may be given again",
    "--fail-above",
  );
  command
    .option(
      "--across <host,model,protocol>",
      "compare two files though these are not the same",
      differenceList,
    )
    .option(
      "--prompts <file>",
      'score B along A\'s greedy answers to these: a line {"prompt"} or {"messages"} each',
    )
    .option(
      "-n, --n-gen <tokens>",
      "tokens decoded after the prompt (128); the most of an answer (64)",
      one("-n", numberList("-n", 0)),
    )
    .option("--raw", "give each prompt as it is, without the model's chat template")
    .option(
      "-c, --ctx-size <tokens>",
      "places for prompt and answer; as many as A was trained on unless said",
      wholeNumber("-c", 1),
    )
    .option(
      "--backend <name>",
      `one of ${engines.map(({ name }) => name).join(", ")}; the one that reads each model unless said`,
      (typed) => engineByName(typed).name,
    )
    .option("-p, --n-prompt <tokens>", "tokens of the prompt (512)", one("-p", numberList("-p", 0)))
    .option(
      "-d, --n-depth <tokens>",
      "tokens in the context before; 0 unless said",
      one("-d", numberList("-d", 0)),
    );
  declareSettings(command);
  command
    .option("-r, --repetitions <count>", "timed repetitions in each process (3)", wholeNumber("-r", 1))
    .option("--blocks <count>", "fresh processes a model (5)", wholeNumber("--blocks", 1))
    .option(
      "--timeout <minutes>",
      "end a process that is silent for so long (20)",
      numberBetween("--timeout", 0.0001, 10_000),
    )
    .addHelpText(
      "after",
      `
Each metric ends in more or less in its own words, the same within the margin, or undecided. Models are measured now, in turn;
two runs of different times are not paired. A bound fails where the whole 95% interval lies beyond it; where the interval lies on
both sides that is said, and is no failure. With --prompts the two are the same where B's perplexity on what A says, exp(mean
divergence), is surely less than the margin larger, and differ where it surely is more; 10 prompts are the least. That is looked for
up to five times while prompts are answered, each look so much the surer, and no more are answered once it is there.
Examples: pnpm lab compare sprout:Q8_0 sprout:Q4_K_M -p 64 -n 32
          pnpm lab compare before.json after.json --fail-below decode=0.97 --fail-above ttft=1.05
          pnpm lab compare sprout:F16 sprout:Q4_K_M --prompts mine.jsonl`,
    )
    .action(
      act(async (context, a: string, b: string, options: CompareOptions) => {
        if (options.prompts !== undefined)
          return (await import("./prompts/command.ts")).promptsCommand(context, [a, b], options);
        return (await import("./command.ts")).compareCommand(context, [a, b], options);
      }),
    );
}
