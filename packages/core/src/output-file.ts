import { access, constants, lstat, stat } from "node:fs/promises";
import path from "node:path";
import { BadFileError } from "./errors.ts";

export interface OutputRules {
  /** Files that are read meanwhile, by whatever name. */
  readonly inputs: readonly string[];
  /** Whether an ordinary file that lies there is an earlier output of this kind, which may be replaced. */
  readonly isOurs: (file: string) => Promise<boolean>;
}

/**
 * Makes sure, before the work begins, that its result may be written to `file`. Throws a BadFileError where that would
 * take the place of an input or of a file that is not the lab's, where a link, a folder or a device lies there, and where
 * the folder cannot be written; one that is not there yet is made when the file is written.
 */
export async function requireOutput(file: string, { inputs, isOurs }: OutputRules): Promise<void> {
  const refusal = (problem: string, cause?: unknown) =>
    new BadFileError(file, problem, "give -o another name, in a folder that can be written", cause);
  const there = await lstat(file).catch(() => null);
  if (there?.isDirectory()) throw refusal("is a folder");
  if (there?.isSymbolicLink()) throw refusal("is a link");
  // A device, in whose place a file would lie then.
  if (there && !there.isFile()) throw refusal("is no ordinary file");
  for (const input of there ? inputs : []) {
    const read = await stat(input).catch(() => null);
    if (read?.ino === there!.ino && read.dev === there!.dev) throw refusal(`is an input: ${input} is read`);
  }
  if (there && !(await isOurs(file))) throw refusal("exists already, and the lab did not write it");
  const folder = await existingFolder(path.dirname(file));
  if (!(await stat(folder)).isDirectory()) throw refusal(`${folder} is no folder`);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw refusal(`${folder} cannot be written`, cause);
  });
}

/** The folder, or the nearest above it that is there. */
async function existingFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  return found ? folder : existingFolder(path.dirname(folder));
}
