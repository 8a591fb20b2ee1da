import { statSync } from "node:fs";
import { fromUser } from "@quantlab/core";

/** A document, and the arm of it that is meant. */
export interface NamedFile {
  /** Absolute. */
  readonly file: string;
  readonly arm: string | null;
}

/**
 * Reads "FILE" or "FILE#arm"; null for what names a model. What is there is taken as it is, whatever its name holds, and what
 * is not there is a file where it ends in .json.
 */
export function fileNamed(typed: string): NamedFile | null {
  if (isDocument(typed)) return { file: fromUser(typed), arm: null };
  const marks = [...typed.matchAll(/#/g)].map(({ index }) => index);
  const cuts = marks.map((at) => ({ path: typed.slice(0, at), arm: typed.slice(at + 1) }));
  const there = cuts.find(({ path }) => isDocument(path)) ?? cuts.find(({ path }) => /\.json$/i.test(path));
  if (there) return { file: fromUser(there.path), arm: there.arm };
  return /\.json$/i.test(typed) ? { file: fromUser(typed), arm: null } : null;
}

/** A model is a folder or a GGUF file. */
function isDocument(typed: string): boolean {
  const found =
    typed === "" || /\.gguf$/i.test(typed) ? undefined : statSync(fromUser(typed), { throwIfNoEntry: false });
  return found?.isFile() ?? false;
}
