import { sourceFiles } from "./packages.ts";
import { readSource, type Violation } from "./source-file.ts";

export interface NamesRule {
  /** From the root. */
  readonly folder: string;
  /** By what they are, "a metric": texts that no identifier and no string may equal, patterns that none may hold. */
  readonly names: Readonly<Record<string, readonly (string | RegExp)[]>>;
  /** The same for strings alone: where an identifier may well be called so. */
  readonly texts?: Readonly<Record<string, readonly (string | RegExp)[]>>;
  readonly remedy: string;
}

/**
 * Code that serves every engine, scenario or metric names none of them. Files in `notYetClean` may; one that no longer
 * does has to leave that list.
 */
export function checkNames(
  root: string,
  rules: readonly NamesRule[],
  notYetClean: readonly string[],
): Violation[] {
  const found = rules.flatMap((rule) =>
    sourceFiles(root, [rule.folder]).flatMap((file) => violationsOf(root, file, rule)),
  );
  const clean = notYetClean.filter((file) => !found.some((violation) => violation.file === file));
  return [
    ...found.filter(({ file }) => !notYetClean.includes(file)),
    ...clean.map((file) => ({
      file,
      line: 1,
      problem: "is on the list of files that are not yet clean, and is clean or gone",
      remedy: "take it off scripts/structure/not-yet-clean.ts",
    })),
  ];
}

function violationsOf(root: string, file: string, { names, texts = {}, remedy }: NamesRule): Violation[] {
  const kindOf = (text: string, of: NamesRule["names"]) =>
    Object.keys(of).find((kind) =>
      of[kind]!.some((name) => (typeof name === "string" ? name === text : name.test(text))),
    );
  return readSource(root, file).words.flatMap(({ text, line, isText }) => {
    const kind = kindOf(text, isText ? { ...names, ...texts } : names);
    return kind ? [{ file, line, problem: `names ${kind}: ${text}`, remedy }] : [];
  });
}
