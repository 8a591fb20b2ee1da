import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync, Visitor } from "oxc-parser";

/** What breaks a rule, where, and what to do about it. */
export interface Violation {
  /** From the repository's root. */
  readonly file: string;
  readonly line: number;
  readonly problem: string;
  readonly remedy: string;
}

interface Found {
  readonly text: string;
  readonly line: number;
}

export interface SourceFile {
  /** What it imports, for types too. */
  readonly imports: readonly Found[];
  /** Identifiers, and the texts of string literals and templates. Comments may say what they like. */
  readonly words: readonly (Found & { readonly isText: boolean })[];
}

/** What a TypeScript file says. */
export function readSource(root: string, file: string): SourceFile {
  const source = readFileSync(path.join(root, file), "utf8");
  const { program, module, errors } = parseSync(file, source);
  if (errors[0]) throw new SyntaxError(`${file}: ${errors[0].message}`);
  const at = (text: string, start: number) => ({ text, line: lineOf(source, start) });
  const words: SourceFile["words"][number][] = [];
  new Visitor({
    Identifier: ({ name, start }) => void words.push({ ...at(name, start), isText: false }),
    Literal: ({ value, start }) =>
      void (typeof value === "string" && words.push({ ...at(value, start), isText: true })),
    TemplateElement: ({ value, start }) => void words.push({ ...at(value.raw, start), isText: true }),
  }).visit(program);
  const { staticImports, staticExports, dynamicImports } = module;
  const imports = [...staticImports, ...staticExports.flatMap(({ entries }) => entries), ...dynamicImports]
    .flatMap(({ moduleRequest }) => moduleRequest ?? [])
    .map(({ start, end }) => at(source.slice(start + 1, end - 1), start));
  return { imports, words };
}

/** The number of the line where a character stands, from 1. */
export const lineOf = (text: string, index: number): number => text.slice(0, index).split("\n").length;
