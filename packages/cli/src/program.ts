import path from "node:path";
import { packageVersion } from "@quantlab/core";
import { listenForInterrupt, usageErrorFrom } from "@quantlab/terminal";
import { Command, CommanderError } from "commander";
import { expandLlamaFlags } from "./frame/llama-flags.ts";
import { printFailure, printOutcome } from "./frame/output.ts";
import type { Act } from "./frame/verb.ts";
import { verbs } from "./verbs.ts";

/** Runs `lab` with the arguments as typed, without the program's name. Returns the exit code; never throws. */
export async function runLab(typed: readonly string[]): Promise<number> {
  const wanted = { json: typed.includes("--json"), verbose: typed.includes("--verbose") };
  const signal = listenForInterrupt();
  const program = emptyProgram();
  let exitCode = 0;

  const act: Act =
    (body) =>
    async (...values) => {
      const outcome = await body({ json: wanted.json, signal }, ...values);
      signal.throwIfAborted();
      exitCode = printOutcome(commandPath(program, typed), outcome, wanted);
    };

  try {
    await declareVerbs(program, act);
    await program.parseAsync(expandLlamaFlags(typed), { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const verb = commandPath(program, typed);
    const failure = signal.aborted ? signal.reason : thrown;
    const shown =
      failure instanceof CommanderError
        ? usageErrorFrom(failure, ["pnpm lab", verb].filter(Boolean).join(" "))
        : failure;
    return printFailure(verb, shown, wanted);
  }
}

function emptyProgram(): Command {
  return new Command("pnpm lab")
    .description("Run, inspect and compare language models on this machine.")
    .usage("<verb> [options]")
    .version(packageVersion(path.join(import.meta.dirname, "../package.json")))
    .option("--json", "print one JSON document on stdout and nothing else there")
    .option("--verbose", "add the stack to an error")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .exitOverride();
}

/** Lists every verb, with arguments and options. */
async function declareVerbs(program: Command, act: Act): Promise<void> {
  for (const [name, load] of Object.entries(verbs)) {
    const { summary, declare } = await load();
    declare(program.command(name).description(summary), act);
  }
}

/** "models list" of `lab models list --json`: the verb that was typed, as far as it exists. */
function commandPath(program: Command, typed: readonly string[]): string {
  const names: string[] = [];
  let command = program;
  for (const argument of typed) {
    const child = command.commands.find((candidate) => candidate.name() === argument);
    if (!child) continue;
    names.push(child.name());
    command = child;
  }
  return names.join(" ");
}
