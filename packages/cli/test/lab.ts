import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type CommandOutput, validate } from "@quantlab/core";

const main = path.join(import.meta.dirname, "../bin/lab.js");

export interface LabOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** No file may grow beyond this many KiB: writing fails as on a full disk. Not on Windows. */
  readonly largestFileKiB?: number;
}

export interface LabAnswer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the real command. Its environment has no colours forced on and no folder of a surrounding script. */
export function startLab(
  values: readonly string[],
  { env, cwd, largestFileKiB }: Omit<LabOptions, "stdin"> = {},
): ChildProcess {
  const { FORCE_COLOR: _, INIT_CWD: __, ...inherited } = process.env;
  const command = [process.execPath, main, ...values];
  const [program, ...parameters] =
    largestFileKiB === undefined
      ? command
      : ["bash", "-c", `ulimit -f ${largestFileKiB} && exec "$0" "$@"`, ...command];
  return spawn(program!, parameters, {
    stdio: "pipe",
    env: { ...inherited, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** Runs the real command to its end. */
export async function lab(values: readonly string[], options: LabOptions = {}): Promise<LabAnswer> {
  const child = startLab(values, options);
  child.stdin?.end(options.stdin ?? "");
  const [code, stdout, stderr] = await Promise.all([
    new Promise<number | null>((resolve) => child.once("close", resolve)),
    text(child.stdout!),
    text(child.stderr!),
  ]);
  return { code, stdout, stderr };
}

/** The one document on stdout; throws when there is anything else, or it does not fit its schema. */
export function documentOf({ stdout }: LabAnswer): CommandOutput {
  return validate("command-output", JSON.parse(stdout), "stdout");
}

/** What a verb that went well tells with --json; throws with the reason of one that did not. */
export function dataOf<Data>(answer: LabAnswer): Data {
  const document = documentOf(answer);
  if (document.ok) return document.data as unknown as Data;
  throw new Error(document.error.message);
}
