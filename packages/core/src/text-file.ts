import { readFile } from "node:fs/promises";
import { detect } from "chardet";
import { BadFileError } from "./errors.ts";

/**
 * The text of a file in UTF-8, or in UTF-16 that begins with its byte-order mark; a mark is no part of the text. Throws a
 * BadFileError for a file that cannot be read and for bytes of another encoding, which it names: every figure of such a
 * text would be of replacement characters.
 */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const remedy = "check the path; what belongs to the repository is in every checkout";
    throw new BadFileError(file, "cannot be read", remedy, cause);
  });
  const text = decode(bytes);
  if (text !== null && !text.includes("\0")) return text;
  // Zero bytes are in UTF-16 whose mark was left out, and in what is no text.
  const zeros = bytes[1] === 0 ? "UTF-16LE" : "UTF-16BE";
  const found = text === null ? (detect(bytes) ?? "an unknown encoding") : zeros;
  const remedy = `convert it to UTF-8, with "iconv -f ${found} -t UTF-8", or give another file`;
  throw new BadFileError(file, `is not UTF-8: it looks like ${found}`, remedy);
}

/** One newline at the end belongs to the file, not to the text: so llama.cpp's tools have it. */
export function withoutFinalNewline(text: string): string {
  return text.replace(/\n$/, "");
}

function decode(bytes: Buffer): string | null {
  const mark = bytes.toString("hex", 0, 2);
  const encoding = mark === "fffe" ? "utf-16le" : mark === "feff" ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
