import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../../packages/core/src/index.ts";

/** A copy of the repository's files as they are in the work tree, in a temporary folder; nothing is installed there. */
export async function copyWorkspace(wanted: (file: string) => boolean = () => true): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), "quantlab-workspace-"));
  const listing = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await execa("git", listing, { cwd: repositoryRoot });
  for (const file of stdout.split("\n").filter(wanted)) {
    await cp(path.join(repositoryRoot, file), path.join(copy, file)).catch((error) => {
      // Deleted in the work tree and not committed yet.
      if (error.code !== "ENOENT") throw error;
    });
  }
  return copy;
}
