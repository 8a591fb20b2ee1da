// "lab use" in a checkout of its own: whatever model somebody uses in this one stays.
import { spawnSync } from "node:child_process";
import { cp, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pnpmCommand } from "../scripts/run-pnpm.ts";
import { copyWorkspace } from "./support/workspace-copy.ts";

const [pnpm, ...first] = pnpmCommand();
const reason = spawnSync(pnpm, [...first, "--version"]).status === 0 ? null : "there is no pnpm to run";

describe.skipIf(reason)(`lab use${reason ? ` (not tested: ${reason})` : ""}`, { timeout: 600_000 }, () => {
  let copy: string;
  beforeAll(async () => {
    copy = await copyWorkspace();
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  // As in the test of new experiments: everything comes from pnpm's store.
  const fresh = { pnpm_config_offline: "true", pnpm_config_verify_deps_before_run: "install" };
  const run = (...values: string[]) =>
    execa(pnpm, [...first, ...values], {
      cwd: copy,
      env: { ...fresh, CI: "true", INIT_CWD: copy, TMPDIR: copy },
      reject: false,
      all: true,
    });
  const start = (...more: string[]) =>
    run("--filter", "exp2", "start", "--quick", "--generations", "1", "--new-tokens", "8", ...more);
  const runs = path.join("experiments/exp2-q4/.runs");

  it("gives experiments another model until it is reset", async () => {
    await cp(path.join(copy, "models/sprout/sprout-F16.gguf"), path.join(copy, "other.gguf"));
    expect((await run("lab", "use")).stdout).toContain("experiments take their own models");
    const used = await run("lab", "use", "./other.gguf");
    expect(used.exitCode, used.all).toBe(0);

    const started = await start("--arms", "f16,q4");
    expect(started.exitCode, started.all).toBe(0);
    expect(started.all).toMatch(/takes \S*other\.gguf, as "pnpm lab use" says; --model names another/);
    const [file] = await readdir(path.join(copy, runs));
    const { model } = JSON.parse(await readFile(path.join(copy, runs, file!), "utf8")) as { model: string };
    expect(model).toContain("other.gguf");

    const typed = await start("--arms", "f16,q4", "--model", "sprout");
    expect(typed.all).not.toContain('as "pnpm lab use" says');
    expect((await run("lab", "use", "--reset")).stdout).toContain("experiments take their own models");
  });

  it.each([
    [["sproot"], 'unknown model "sproot"'],
    [["sprout:Q4_0"], "every arm brings its own"],
    [["sprout", "--reset"], "contradict each other"],
  ])("refuses %j and keeps what was used", async (values, problem) => {
    const refused = await run("lab", "use", ...values);
    expect(refused.exitCode).toBe(2);
    expect(refused.all).toContain(problem);
    expect((await run("lab", "use")).stdout).toContain("experiments take their own models");
  });
});
