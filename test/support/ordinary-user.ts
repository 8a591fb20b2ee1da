// Somebody whom permissions bind, for one command: root may write anywhere. In a namespace where nobody is anybody, root
// is but the owner of its own files.
import { spawnSync } from "node:child_process";

const isRoot = process.getuid?.() === 0;

/** What a command is started with. */
export const asOrdinaryUser: readonly string[] = isRoot ? ["unshare", "--user"] : [];

/** Why permissions bind nobody here, or null. */
export function whyNoOrdinaryUser(): string | null {
  if (process.platform === "win32") return "Windows has other permissions";
  if (!isRoot) return null;
  const { status, stderr, error } = spawnSync("unshare", ["--user", "true"], { encoding: "utf8" });
  return status === 0 ? null : `root cannot become anybody else: ${error?.message ?? stderr.trim()}`;
}
