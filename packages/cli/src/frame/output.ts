import { accessError, type CommandOutput, QuantlabError, validate, withoutCredentials } from "@quantlab/core";
import { printError, printWarning } from "@quantlab/terminal";
import type { Outcome } from "./verb.ts";

export interface PrintOptions {
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Prints what a verb found: one JSON document, or its text. Returns the exit code. */
export function printOutcome(command: string, outcome: Outcome, options: PrintOptions): number {
  if (options.json) printDocument({ schemaVersion: 1, command, ok: true, data: outcome.data });
  else process.stdout.write(outcome.text);
  for (const warning of outcome.warnings ?? []) if (warning) printWarning(warning);
  return outcome.failure === undefined
    ? (outcome.exitCode ?? 0)
    : tellFailure(failureFrom(outcome.failure, options), options);
}

/** Prints a failure: what is wrong on one line, what to do on the next. Returns the exit code. */
export function printFailure(command: string, thrown: unknown, options: PrintOptions): number {
  const failure = failureFrom(thrown, options);
  if (!options.json) return tellFailure(failure, options);
  const { code, error, remedy } = failure;
  const message = withoutCredentials(error.message);
  printDocument({ schemaVersion: 1, command, ok: false, error: { code, message, remedy } });
  if (options.verbose) process.stderr.write(`${stackOf(error)}\n`);
  return failure.exitCode;
}

interface Failure {
  readonly error: Error;
  readonly code: string;
  readonly remedy: string | null;
  readonly exitCode: number;
}

function failureFrom(thrown: unknown, { verbose }: PrintOptions): Failure {
  const error = accessError(thrown instanceof Error ? thrown : new Error(String(thrown)));
  if (error instanceof QuantlabError) {
    const { code, remedy, exitCode } = error;
    return { error, code, remedy, exitCode };
  }
  const remedy = verbose
    ? null
    : "this is a fault of the lab: run it again with --verbose and report what it prints";
  return { error, code: "INTERNAL", remedy, exitCode: 1 };
}

function tellFailure({ error, remedy, exitCode }: Failure, { verbose }: PrintOptions): number {
  printError({ message: error.message, remedy });
  if (verbose) process.stderr.write(`${stackOf(error)}\n`);
  return exitCode;
}

function printDocument(document: CommandOutput): void {
  // Through text and back: what the reader parses is what was checked.
  const text = JSON.stringify(document, null, 2);
  validate("command-output", JSON.parse(text), "the command's own output");
  process.stdout.write(`${text}\n`);
}

function stackOf(error: Error): string {
  const stack = withoutCredentials(error.stack ?? String(error));
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}
