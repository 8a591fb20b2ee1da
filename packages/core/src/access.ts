import { constants, existsSync } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { getSystemErrorMessage } from "node:util";
import { BadFileError, DiskFullError, NoAccessError, QuantlabError } from "./errors.ts";
import { labFolder, machineFolder } from "./paths.ts";

/** No room on a disk, in a quota, or under a limit on the size of a file. */
const full = ["ENOSPC", "EDQUOT", "EFBIG"];
const refused = ["EACCES", "EPERM", "EROFS", "ENOTDIR"];

/** What a person can set to have the lab's files lie elsewhere, by where their paths begin. */
const movable: readonly (readonly [string, string])[] = [
  [labFolder, "set QUANTLAB_FOLDER to a folder of your own: the lab then keeps its files there"],
  [machineFolder, "set TMPDIR to a folder of your own"],
  [path.join(tmpdir(), "quantlab-run-"), "set TMPDIR to a folder of your own"],
];

/**
 * What was thrown, or the error for a person in its place where the system refused a file or a folder: a NoAccessError
 * that names the folder, a DiskFullError that names `written`, what was to be written. `elsewhere` is what a person can
 * do to have it lie in another place.
 */
export function accessError<Thrown>(
  thrown: Thrown,
  written?: string,
  elsewhere?: string,
): Thrown | QuantlabError {
  if (!(thrown instanceof Error) || thrown instanceof QuantlabError) return thrown;
  const { code = "", errno, path: file, dest } = thrown as NodeJS.ErrnoException & { dest?: string };
  const place = dest ?? file ?? written;
  if (full.includes(code)) return new DiskFullError(written ?? place ?? "a file", thrown);
  if (!refused.includes(code) || place === undefined || errno === undefined) return thrown;
  const own = movable.find(([beginning]) => (written ?? place).startsWith(beginning))?.[1];
  return new NoAccessError(
    nearestExisting(place),
    `${getSystemErrorMessage(errno)} (${code})`,
    `give yourself access to it, or ${elsewhere ?? own ?? "choose another place"}`,
    thrown,
  );
}

/** The error of a file that cannot be opened to be read: not there, or a NoAccessError. */
export function unreadable(file: string, cause: unknown): QuantlabError {
  const told = accessError(cause);
  // Or what told a person already.
  if (told instanceof QuantlabError) return told;
  const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
  return new BadFileError(file, missing ? "no such file" : "cannot be opened", "check the path", cause);
}

/**
 * Makes the folder if it is not there. Throws a NoAccessError where nothing can be written to it: before the work whose
 * result would be lost.
 */
export async function requireWritable(
  folder: string,
  { elsewhere, mode }: { readonly elsewhere?: string; readonly mode?: number } = {},
): Promise<void> {
  try {
    // First: on a read-only disk a folder that is to be made is only said not to be there.
    await access(nearestExisting(folder), constants.W_OK);
    await mkdir(folder, { recursive: true, ...(mode !== undefined && { mode }) });
  } catch (cause) {
    throw accessError(cause, folder, elsewhere);
  }
}

/** Where on the way to a place the system stopped: what is there of it, or is closed. */
function nearestExisting(place: string): string {
  const parent = path.dirname(place);
  return existsSync(place) || parent === place ? place : nearestExisting(parent);
}
