import { readFile } from "node:fs/promises";
import {
  BadFileError,
  placeOf,
  readText,
  sha256,
  shippedCalibration,
  shippedPath,
  texts,
  toPublicPath,
  UsageError,
} from "@quantlab/core";

/** The text that ships for calibration: of the project's own, and no test text shares it. */
export const calibrationText = placeOf(shippedCalibration);

/**
 * The sha256 of a text to calibrate on. Throws a BadFileError for one that cannot be read or is empty, and a UsageError
 * for a test text of the lab's, or one that holds or is part of it: what is scored must not have been learned from.
 */
export async function calibrationSha256(file: string): Promise<string> {
  if (file === calibrationText) await shippedPath(shippedCalibration);
  const read = await readText(file);
  const text = read.trim();
  if (text === "") throw new BadFileError(file, "is empty", "give a text to calibrate on");
  for (const [name, place] of Object.entries(texts)) {
    const test = (await readFile(placeOf(place), "utf8").catch(() => "")).trim();
    if (test !== "" && (text.includes(test) || test.includes(text)))
      throw new UsageError(
        `${file} holds test text (${name}): quality scored on it would be flattered`,
        `give another text, such as ${toPublicPath(calibrationText)}`,
      );
  }
  return sha256(read);
}
