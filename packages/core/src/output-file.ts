import { lstat, stat } from "node:fs/promises";
import path from "node:path";
import { requireWritable } from "./access.ts";
import { BadFileError } from "./errors.ts";

export interface OutputRules {
  /** Files that are read meanwhile, by whatever name. */
  readonly inputs: readonly string[];
  /** Whether an ordinary file that lies there is an earlier output of this kind, which may be replaced. */
  readonly isOurs: (file: string) => Promise<boolean>;
}

/**
 * Makes sure, before the work begins, that its result may be written to `file`. Throws a BadFileError where that would
 * take the place of an input or of a file that is not the lab's, and where a link, a folder or a device lies there; a
 * NoAccessError where the folder, which is made if it is not there, cannot be written.
 */
export async function requireOutput(file: string, { inputs, isOurs }: OutputRules): Promise<void> {
  const refusal = (problem: string) =>
    new BadFileError(file, problem, "give -o another name, in a folder that can be written");
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
  const folder = path.dirname(file);
  const around = await stat(folder).catch(() => null);
  if (around && !around.isDirectory()) throw refusal(`${folder} is no folder`);
  await requireWritable(folder);
}
