import { readFile } from "node:fs/promises";
import { BadFileError, writeFileAtomic } from "@quantlab/core";

/**
 * Puts `text` between `<!-- lab:NAME:begin -->` and `<!-- lab:NAME:end -->`; everything outside stays byte for byte.
 * A file without the two markers gets them at its end. Tells whether the file changed. Throws a BadFileError when only
 * one marker is there, or one of them twice.
 */
export async function updateSection(file: string, name: string, text: string): Promise<boolean> {
  const before = await textOf(file);
  const after = withSection(before, name, text, file);
  if (after === before) return false;
  await writeFileAtomic(file, after);
  return true;
}

/** Throws what `updateSection` would throw, and writes nothing. */
export async function checkSection(file: string, name: string): Promise<void> {
  withSection(await textOf(file), name, "", file);
}

async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new BadFileError(file, "cannot be read", "check its permissions", error);
  });
}

/** The document with the section filled; `where` names it in errors. */
function withSection(document: string, name: string, text: string, where: string): string {
  const begin = `<!-- lab:${name}:begin -->`;
  const end = `<!-- lab:${name}:end -->`;
  const section = `${begin}\n${text.trim()}\n${end}`;
  const [begins, ends] = [document.split(begin), document.split(end)];
  if (begins.length === 1 && ends.length === 1) {
    const above = document.trimEnd();
    return `${above}${above === "" ? "" : "\n\n"}${section}\n`;
  }
  const [above, below] = [begins[0]!, ends[1]];
  if (begins.length !== 2 || ends.length !== 2 || document.indexOf(end) < above.length) {
    throw new BadFileError(
      where,
      `has no single pair of ${begin} and ${end}`,
      "restore the two markers, or remove both",
    );
  }
  return `${above}${section}${below}`;
}
