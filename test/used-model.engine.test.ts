// "lab use" in a checkout of its own: whatever model somebody uses in this one stays.
import { cp, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noPnpm, pnpmIn } from "./support/pnpm-in-copy.ts";
import { copyWorkspace } from "./support/workspace-copy.ts";

describe.skipIf(noPnpm)(`lab use${noPnpm ? ` (not tested: ${noPnpm})` : ""}`, { timeout: 600_000 }, () => {
  let copy: string;
  beforeAll(async () => {
    copy = await copyWorkspace();
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  const run = (...values: string[]) => pnpmIn(copy, ...values);
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
