// What CONTRIBUTING promises: a new experiment runs before anybody has edited it.
import { spawnSync } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../packages/core/src/index.ts";
import { pnpmCommand } from "../scripts/run-pnpm.ts";
import { copyWorkspace } from "./support/workspace-copy.ts";

const [pnpm, ...first] = pnpmCommand();
const reason = spawnSync(pnpm, [...first, "--version"]).status === 0 ? null : "there is no pnpm to run";

describe.skipIf(reason)(`pnpm new-experiment${reason ? ` (not tested: ${reason})` : ""}`, () => {
  let copy: string;
  beforeAll(async () => {
    copy = await copyWorkspace();
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  /** Everything comes from pnpm's store, which this checkout was installed from. */
  const run = (...values: string[]) =>
    execa(pnpm, [...first, ...values], {
      cwd: copy,
      env: { pnpm_config_offline: "true", INIT_CWD: copy, TMPDIR: copy },
      reject: false,
      all: true,
    });

  it("makes a package that runs, type-checks and passes the lint as it is", {
    timeout: 600_000,
  }, async () => {
    const made = await run("new-experiment", "batch-size");
    expect(made.exitCode, made.all).toBe(0);
    const [, id = "", place = ""] = /Made (?=experiments\/(exp\d+))(\S+)\. /.exec(made.stdout) ?? [];
    expect(place).toBe(`experiments/${id}-batch-size`);

    const flags = ["--quick", "--blocks", "1", "--generations", "1", "--new-tokens", "8"];
    const started = await run("--filter", id, "start", ...flags);
    expect(started.exitCode, started.all).toBe(0);
    expect(started.stdout).toMatch(/^exp\d+ on sprout/m);
    expect(await readdir(path.join(copy, place, ".runs"))).toHaveLength(1);
    expect(await readFile(path.join(copy, place, "README.md"), "utf8")).toContain("lab:results:begin");

    const bin = (name: string) => path.join(repositoryRoot, "node_modules/.bin", name);
    const types = await execa(bin("tsc"), ["-p", "tsconfig.json"], { cwd: copy, reject: false, all: true });
    expect(types.exitCode, types.all).toBe(0);
    const lint = await execa(
      bin("biome"),
      ["check", "--vcs-enabled=false", `${place}/experiment.ts`, `${place}/package.json`],
      {
        cwd: copy,
        reject: false,
        all: true,
      },
    );
    expect(lint.exitCode, lint.all).toBe(0);
  });

  it("refuses a name that cannot be a package's", { timeout: 120_000 }, async () => {
    const { exitCode, stderr } = await run("new-experiment", "KV cache");
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('error: "KV cache" cannot name an experiment\nuse lower-case letters');
  });
});
