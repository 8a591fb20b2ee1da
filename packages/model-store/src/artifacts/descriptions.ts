import { lstatSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { BadFileError, QuantlabError } from "@quantlab/core";
import { type Documents, parseDocument } from "../catalogue/documents.ts";

type Description = "stored-model" | "stored-matrix";

/** Where a file's description lies: beside it, under its name with ".json". It goes with the file. */
export function descriptionOf(file: string): string {
  return `${file}.json`;
}

/** The description of something that the lab keeps; null where none lies. Throws a BadFileError for a broken one. */
export async function keptDescription<Name extends Description>(
  name: Name,
  file: string,
): Promise<Documents[Name] | null> {
  const text = await readFile(descriptionOf(file), "utf8").catch(() => null);
  return text === null ? null : parseDocument(name, text, descriptionOf(file));
}

/** What lies beside a file of the user's, whether or not it still describes it; null for what the lab did not write. */
export async function ownDescription<Name extends Description>(
  name: Name,
  file: string,
): Promise<Documents[Name] | null> {
  try {
    return await keptDescription(name, file);
  } catch (error) {
    if (error instanceof QuantlabError) return null;
    throw error;
  }
}

/** Throws a BadFileError where somebody's own file lies where the description of `file` would. */
export async function requireFreeDescription(name: Description, file: string): Promise<void> {
  const description = descriptionOf(file);
  // Ours are left behind by a file that was deleted.
  if (isThere(description) && !(await ownDescription(name, file)))
    throw inTheWay(description, "is in the way of the history of the new file");
}

/** Something of the user's that the lab will not replace. */
export const inTheWay = (file: string, problem: string) =>
  new BadFileError(file, problem, "move it away, or give another name with --output");

/** Also a link that leads nowhere. */
export const isThere = (file: string) => lstatSync(file, { throwIfNoEntry: false }) !== undefined;
