import { access, constants, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { BadFileError, fromUser } from "@quantlab/core";
import type { Task } from "@quantlab/scoring";
import { harnessFile } from "./harness-files.ts";
import type { EvalOptions } from "./options.ts";

/**
 * Where the user wants the evaluation. Throws a BadFileError before an hour's work would be lost, when that file or
 * the harness's beside it cannot be written or would take the place of what is read.
 */
export async function outputFile(
  typed: string,
  { model, reference, harness }: EvalOptions,
  tasks: readonly Task[],
): Promise<string> {
  const file = fromUser(typed);
  const named = [model, reference].filter((each) => each !== undefined).map(fromUser);
  const inputs = [...named, ...tasks.map((task) => task.file)];
  for (const each of harness ? [file, harnessFile(file)] : [file]) await requireWritable(each, inputs);
  return file;
}

async function requireWritable(file: string, inputs: readonly string[]): Promise<void> {
  const folder = path.dirname(file);
  const refusal = (problem: string, cause?: unknown) =>
    new BadFileError(file, problem, "give -o a file in a folder that is there and can be written", cause);
  const [around, there] = await Promise.all([folder, file].map((each) => stat(each).catch(() => null)));
  if (!around?.isDirectory()) throw refusal(`${folder} is no folder`);
  if (there?.isDirectory()) throw refusal("is a folder");
  // A device, in whose place a file would lie then.
  if (there?.isFile() === false) throw refusal("is no ordinary file");
  const [own, ...others] = await Promise.all([file, ...inputs].map(realFile));
  if (others.includes(own!)) throw refusal("is a model or a task of this evaluation");
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw refusal(`${folder} cannot be written`, cause);
  });
}

/** The file that a path leads to through links; the path itself where nothing is there. */
const realFile = (file: string) => realpath(file).catch(() => file);
