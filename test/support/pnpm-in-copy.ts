import { spawnSync } from "node:child_process";
import { execa } from "execa";
import { pnpmCommand } from "../../scripts/run-pnpm.ts";

const [pnpm, ...first] = pnpmCommand();

/** Why nothing can be run; null where there is a pnpm. */
export const noPnpm =
  spawnSync(pnpm, [...first, "--version"]).status === 0 ? null : "there is no pnpm to run";

// Everything comes from pnpm's store, which this checkout was installed from. A pnpm that runs the tests turns the
// check of dependencies off for what it starts.
const fresh = { pnpm_config_offline: "true", pnpm_config_verify_deps_before_run: "install" };

/** Runs pnpm in a copy of the repository, as on a CI machine, where pnpm is strictest. A failure is an answer, too. */
export function pnpmIn(copy: string, ...values: readonly string[]) {
  return execa(pnpm, [...first, ...values], {
    cwd: copy,
    env: { ...fresh, CI: "true", INIT_CWD: copy, TMPDIR: copy },
    reject: false,
    all: true,
  });
}
