import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import { BadFileError, fromUser } from "@quantlab/core";

/** Where the user wants it; a BadFileError when it cannot be written there, before an hour's work would be lost. */
export async function outputFile(typed: string): Promise<string> {
  const file = fromUser(typed);
  const folder = path.dirname(file);
  const remedy = "give -o a file in a folder that is there and can be written";
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw new BadFileError(file, `${folder} is no folder`, remedy);
  if ((await stat(file).catch(() => null))?.isDirectory())
    throw new BadFileError(file, "is a folder", remedy);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new BadFileError(file, `${folder} cannot be written`, remedy, cause);
  });
  return file;
}
