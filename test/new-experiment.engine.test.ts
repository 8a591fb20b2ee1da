// What CONTRIBUTING promises: a new experiment runs before anybody has edited it.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../packages/core/src/index.ts";
import { noPnpm, pnpmIn } from "./support/pnpm-in-copy.ts";
import { copyWorkspace } from "./support/workspace-copy.ts";

async function contentsOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map((file) => readFile(file, "utf8")));
}

describe.skipIf(noPnpm)(`pnpm new-experiment${noPnpm ? ` (not tested: ${noPnpm})` : ""}`, () => {
  let copy: string;
  beforeAll(async () => {
    copy = await copyWorkspace();
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  const run = (...values: string[]) => pnpmIn(copy, ...values);

  const short = ["--quick", "--blocks", "1", "--generations", "1", "--new-tokens", "8"];

  it("makes a package that runs, type-checks and passes the lint as it is", {
    timeout: 600_000,
  }, async () => {
    const made = await run("new-experiment", "batch-size");
    expect(made.exitCode, made.all).toBe(0);
    const [, id = "", place = ""] = /Made (?=experiments\/(exp\d+))(\S+)\. /.exec(made.stdout) ?? [];
    expect(place).toBe(`experiments/${id}-batch-size`);

    const started = await run("--filter", id, "start", ...short);
    expect(started.exitCode, started.all).toBe(0);
    expect(started.stdout).toMatch(/^exp\d+ on sprout/m);
    expect(await readdir(path.join(copy, place, ".runs"))).toHaveLength(1);
    expect(await readFile(path.join(copy, place, "README.md"), "utf8")).toContain("lab:results:begin");

    const bin = (name: string) => path.join(repositoryRoot, "node_modules/.bin", name);
    const types = await execa(bin("tsc"), ["-p", "tsconfig.json"], { cwd: copy, reject: false, all: true });
    expect(types.exitCode, types.all).toBe(0);
    const written = [`${place}/experiment.ts`, `${place}/package.json`];
    expect(await readFile(path.join(copy, written[0]!), "utf8")).not.toContain("threads");
    const lint = await execa(bin("biome"), ["check", "--vcs-enabled=false", ...written], {
      cwd: copy,
      reject: false,
      all: true,
    });
    expect(lint.exitCode, lint.all).toBe(0);
  });

  it.each([
    ["was made by the lab", ".lab/models/sprout", "Q5_K_M", /run "pnpm lab models remove sprout:Q5_K_M"/],
    ["ships with the repository", "models/sprout", "F16", /restore it with "git checkout -- models\/sprout"/],
  ])(
    "refuses a model that %s once a bit of it has flipped",
    async (_, place, quantization, remedy) => {
      const start = () => run("--filter", "exp3", "start", ...short, "--arms", "q4,q5");
      const healthy = await start();
      expect(healthy.exitCode, healthy.all).toBe(0);
      const results = path.join(copy, "experiments/exp3-q5/results");
      const before = await contentsOf(results);
      const names = await readdir(path.join(copy, place));
      const name = names.find((each) => each.includes(quantization) && each.endsWith(".gguf"))!;
      const file = path.join(copy, place, name);
      const whole = await readFile(file);
      const flipped = Buffer.from(whole);
      flipped[flipped.length - 1000]! ^= 1;
      await writeFile(file, flipped);
      const refused = await start();
      await writeFile(file, whole);
      expect(refused.exitCode).toBe(1);
      // One line of the arm where others can go on, and the error where none can.
      const said = refused.stderr.slice(refused.stderr.search(/q5 fails: |error: /));
      expect(said).toMatch(/^[^\n]*\.gguf: is damaged: its sha256 is [0-9a-f]{64}, not [0-9a-f]{64}/);
      expect(said).toMatch(remedy);
      expect(await contentsOf(results)).toEqual(before);
    },
    600_000,
  );

  it("refuses a name that cannot be a package's", { timeout: 120_000 }, async () => {
    const { exitCode, stderr } = await run("new-experiment", "KV cache");
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('error: "KV cache" cannot name an experiment\nuse lower-case letters');
    const long = await run("new-experiment", "a".repeat(300));
    expect(long.exitCode).not.toBe(0);
    expect(long.stderr).toContain(
      'error: "aaaaaaaaaaaaaaaaaaaa…", a name of 300 characters, cannot name an experiment\nit names a folder: use at most 60',
    );
    expect((await readdir(path.join(copy, "experiments"))).filter((name) => name.includes("aaa"))).toEqual(
      [],
    );
  });
});
