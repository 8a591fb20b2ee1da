import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import path from "node:path";
import { InsufficientSpaceError } from "@quantlab/core";

/** Throws an InsufficientSpaceError unless the disk of `folder` (which need not exist yet) has `bytes` free. */
export async function requireDisk(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(existingAncestor(path.resolve(folder)));
  const free = bavail * bsize;
  if (bytes > free) {
    throw new InsufficientSpaceError(
      "disk",
      what,
      bytes,
      free,
      `free some space on the disk of ${folder}; "pnpm lab models remove" deletes what the lab made`,
    );
  }
}

function existingAncestor(folder: string): string {
  return existsSync(folder) ? folder : existingAncestor(path.dirname(folder));
}
