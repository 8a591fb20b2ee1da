import { readFile } from "node:fs/promises";
import path from "node:path";
import { BadFileError, repositoryRoot, sha256, texts, UsageError } from "@quantlab/core";

/** The text that ships for calibration: of the project's own, and no test text shares it. */
export const calibrationText = path.join(repositoryRoot, "models/sprout/text/calibration.txt");

/**
 * The sha256 of a text to calibrate on. Throws a BadFileError for one that cannot be read or is empty, and a UsageError
 * for a test text of the lab's, or one that holds or is part of it: what is scored must not have been learned from.
 */
export async function calibrationSha256(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new BadFileError(file, "cannot be read", "check the path of the calibration text", cause);
  });
  const text = bytes.toString("utf8").trim();
  if (text === "") throw new BadFileError(file, "is empty", "give a text to calibrate on");
  for (const [name, place] of Object.entries(texts)) {
    const test = (await readFile(path.join(repositoryRoot, place), "utf8").catch(() => "")).trim();
    if (test !== "" && (text.includes(test) || test.includes(text)))
      throw new UsageError(
        `${file} holds test text (${name}): quality scored on it would be flattered`,
        `give another text, such as ${path.relative(repositoryRoot, calibrationText)}`,
      );
  }
  return sha256(bytes);
}
