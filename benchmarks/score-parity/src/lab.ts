import path from "node:path";
import { type CommandOutput, EngineError, type Json, repositoryRoot } from "@quantlab/core";
import { type Timed, timed } from "./timed.ts";

/** `pnpm lab` without pnpm. */
const program = path.join(repositoryRoot, "packages/cli/bin/lab.js");

export type LabOutput = Timed & { readonly data: Json };

/** Runs `lab … --json` as a person does; the time counts Node's start and everything else. */
export async function lab(parameters: readonly string[], signal: AbortSignal): Promise<LabOutput> {
  const run = await tryLab(parameters, signal);
  if (run.output.ok) return { ...run, data: run.output.data };
  const { message, remedy } = run.output.error;
  throw new EngineError(`lab ${parameters[0]}`, message, remedy);
}

/** The same where a refusal is an answer, too. */
export async function tryLab(
  parameters: readonly string[],
  signal: AbortSignal,
): Promise<Timed & { readonly output: CommandOutput }> {
  const run = await timed(process.execPath, [program, ...parameters, "--json"], signal);
  try {
    return { ...run, output: JSON.parse(run.stdout) };
  } catch (cause) {
    const words = run.said.trim().split("\n").slice(-4).join("\n");
    throw new EngineError(
      `lab ${parameters[0]}`,
      words || "printed no JSON",
      "run it by hand and look",
      cause,
    );
  }
}
