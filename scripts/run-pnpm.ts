import path from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../packages/core/src/index.ts";

/** The pnpm that started this program, as a command and its first arguments; otherwise the one on the path. */
export function pnpmCommand(): readonly [string, ...string[]] {
  const { npm_execpath: own = "" } = process.env;
  // Under npx or npm it is npm's.
  if (!path.basename(own).startsWith("pnpm")) return ["pnpm"];
  return /\.[cm]?js$/.test(own) ? [process.execPath, own] : [own];
}

/** Runs pnpm at the repository's root, in full view. Does not throw. */
export async function runPnpm(...values: string[]): Promise<{ readonly failed: boolean }> {
  const [program, ...first] = pnpmCommand();
  return execa(program, [...first, ...values], { cwd: repositoryRoot, stdio: "inherit", reject: false });
}
