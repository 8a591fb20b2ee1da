import { existsSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { QuantlabError, repositoryRoot } from "../packages/core/src/index.ts";

/**
 * In a fresh clone `pnpm --filter exp3 start` installs what exp3 imports, and experiments do not import the report.
 * Installs the rest before anything is measured; does nothing where it is there.
 */
export async function installReport(): Promise<void> {
  if (existsSync(path.join(repositoryRoot, "packages/report/node_modules"))) return;
  const pnpm = process.env.npm_execpath ?? "pnpm";
  const script = /\.[cm]?js$/.test(pnpm);
  const { failed } = await execa(script ? process.execPath : pnpm, [...(script ? [pnpm] : []), "install"], {
    cwd: repositoryRoot,
    stdio: "inherit",
    reject: false,
  });
  if (failed) {
    throw new QuantlabError("NOT_INSTALLED", "the report's packages are not installed", {
      remedy: 'run "pnpm install" in the repository; nothing was measured',
    });
  }
}
