import { type CommandOutput, QuantlabError, validate } from "@quantlab/core";
import { stderrStyle } from "./style.ts";
import type { Outcome } from "./verb.ts";

/** Prints what a verb found: one JSON document, or its text. Returns the exit code. */
export function printOutcome(command: string, outcome: Outcome, json: boolean): number {
  if (json) printDocument({ schemaVersion: 1, command, ok: true, data: outcome.data });
  else process.stdout.write(outcome.text);
  return outcome.exitCode ?? 0;
}

/** Prints a failure: what is wrong on one line, what to do on the next. Returns the exit code. */
export function printFailure(
  command: string,
  thrown: unknown,
  options: { readonly json: boolean; readonly verbose: boolean },
): number {
  const failure = thrown instanceof Error ? thrown : new Error(String(thrown));
  const known = failure instanceof QuantlabError ? failure : null;
  const remedy = known
    ? known.remedy
    : options.verbose
      ? null
      : "this is a fault of the lab: run it again with --verbose and report what it prints";
  if (options.json) {
    const error = { code: known?.code ?? "INTERNAL", message: failure.message, remedy };
    printDocument({ schemaVersion: 1, command, ok: false, error });
  } else {
    process.stderr.write(`${stderrStyle("red", "error:")} ${oneLine(failure.message)}\n`);
    if (remedy) process.stderr.write(`${oneLine(remedy)}\n`);
  }
  if (options.verbose) process.stderr.write(`${stackOf(failure)}\n`);
  return known?.exitCode ?? 1;
}

function printDocument(document: CommandOutput): void {
  // Through text and back: what the reader parses is what was checked.
  const text = JSON.stringify(document, null, 2);
  validate("command-output", JSON.parse(text), "the command's own output");
  process.stdout.write(`${text}\n`);
}

function stackOf(error: Error): string {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}

const oneLine = (text: string) => text.replace(/\s*\n\s*/g, "; ");
