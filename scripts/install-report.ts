import { existsSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../packages/core/src/index.ts";
import { runPnpm } from "./run-pnpm.ts";

/**
 * In a fresh clone `pnpm --filter exp3 start` installs what exp3 imports, and experiments import neither the report nor
 * the terminal. Installs the rest before anything is measured, or ends the process; does nothing where it is there.
 */
export async function installReport(): Promise<void> {
  if (existsSync(path.join(repositoryRoot, "packages/report/node_modules"))) return;
  const { failed } = await runPnpm("install");
  if (!failed) return;
  console.error("error: the report's packages are not installed");
  console.error('run "pnpm install" in the repository; nothing was measured');
  process.exit(1);
}
