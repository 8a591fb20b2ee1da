import { readFile } from "node:fs/promises";
import { BadFileError } from "@quantlab/core";

/** A UTF-8 file that belongs to the repository; a missing one is a BadFileError that names it. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new BadFileError(
      file,
      "cannot be read",
      "check the path; what belongs to the repository is in every checkout",
      cause,
    );
  }
}
