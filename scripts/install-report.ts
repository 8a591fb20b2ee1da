import { existsSync } from "node:fs";
import path from "node:path";
import { QuantlabError, repositoryRoot } from "../packages/core/src/index.ts";
import { runPnpm } from "./run-pnpm.ts";

/**
 * In a fresh clone `pnpm --filter exp3 start` installs what exp3 imports, and experiments do not import the report.
 * Installs the rest before anything is measured; does nothing where it is there.
 */
export async function installReport(): Promise<void> {
  if (existsSync(path.join(repositoryRoot, "packages/report/node_modules"))) return;
  const { failed } = await runPnpm("install");
  if (failed) {
    throw new QuantlabError("NOT_INSTALLED", "the report's packages are not installed", {
      remedy: 'run "pnpm install" in the repository; nothing was measured',
    });
  }
}
