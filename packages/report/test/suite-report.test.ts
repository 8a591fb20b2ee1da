import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { UnknownNameError } from "@quantlab/core";
import { beforeEach, describe, expect, it } from "vitest";
import { reportAll } from "../src/index.ts";
import { makeRun, type RunPlan, smallPlans } from "./run-builder.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const smallRun = (plan: RunPlan = {}) => makeRun({ arms: smallPlans, ...plan });
const builder = path.join(import.meta.dirname, "run-builder.ts");
let root: string;
let stamps: string;
beforeEach(async () => {
  root = await temporaryFolder();
  stamps = path.join(root, "stamps");
  for (const id of ["exp3", "exp10"]) {
    const folder = path.join(root, `${id}-question`);
    await mkdir(path.join(folder, ".runs"), { recursive: true });
    await writeFile(
      path.join(folder, "experiment.ts"),
      `import { smallExperiment } from ${JSON.stringify(builder)};\nexport default { ...smallExperiment, id: "${id}" };\n`,
    );
    const run = smallRun({ change: { experiment: id } });
    await writeFile(path.join(folder, ".runs", "a.json"), JSON.stringify(run));
  }
});

const file = (name: string) => path.join(root, "exp3-question", name);
const pass = (names: readonly string[] = []) => reportAll({ names, root, stamps, log: () => undefined });

describe("reportAll", () => {
  it("reports everything once and then nothing", async () => {
    expect(await pass()).toEqual({ experiments: 2, changed: 2, problems: [] });
    expect(await readFile(file("README.md"), "utf8")).toContain("**Finding.**");
    expect(await pass()).toEqual({ experiments: 2, changed: 0, problems: [] });
  });

  it.each([
    ["a README was edited inside the section", () => writeFile(file("README.md"), "# exp3\n")],
    ["a chart was edited", () => writeFile(file("charts/sprout-decode-light.svg"), "<svg/>")],
    [
      "a run was added",
      () => writeFile(file(".runs/b.json"), JSON.stringify(smallRun({ change: { full: false } }))),
    ],
    [
      "the experiment was edited",
      async () =>
        writeFile(file("experiment.ts"), `${await readFile(file("experiment.ts"), "utf8")}// edited\n`),
    ],
  ])("reports the one experiment again when %s", async (_, edit) => {
    await pass();
    const before = await readFile(file("charts/sprout-decode-light.svg"), "utf8");
    await edit();
    expect(await pass()).toMatchObject({ changed: 1, problems: [] });
    expect(await readFile(file("README.md"), "utf8")).toContain("**Finding.**");
    expect(await readFile(file("charts/sprout-decode-light.svg"), "utf8")).toBe(before);
    expect(await pass()).toMatchObject({ changed: 0 });
  });

  it("repeats a problem until it is gone, and reports the others meanwhile", async () => {
    await writeFile(file(".runs/old.json"), JSON.stringify({ ...smallRun(), schemaVersion: 0 }));
    for (const changed of [2, 0]) {
      const { problems, ...rest } = await pass();
      expect(rest).toEqual({ experiments: 2, changed });
      expect(problems).toEqual([
        expect.stringMatching(/old\.json has schemaVersion 0; this lab reads 2 \(move the file away/),
      ]);
    }
  });

  it("leaves an experiment with a broken result alone and reports the others", async () => {
    await pass();
    const results = file("results/test-cpu-2c-24g-linux-3f9a1c/sprout.json");
    await writeFile(results, "{");
    const readme = await readFile(file("README.md"), "utf8");
    for (let time = 0; time < 2; time++) {
      const { problems } = await pass();
      expect(problems).toEqual([expect.stringMatching(/sprout\.json: is not JSON/)]);
    }
    expect(await readFile(results, "utf8")).toBe("{");
    expect(await readFile(file("README.md"), "utf8")).toBe(readme);
  });

  it("reports only what is named and refuses a name that is none", async () => {
    expect(await pass(["exp10"])).toMatchObject({ experiments: 1, changed: 1 });
    await expect(pass(["exp1"])).rejects.toThrow(UnknownNameError);
  });
});

describe("the command", () => {
  it("ends in one clear line and code 2 for an unknown experiment", async () => {
    const main = path.join(import.meta.dirname, "../src/main.ts");
    const ended = promisify(execFile)(process.execPath, [main, "exp33333"]);
    await expect(ended).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: unknown experiment "exp33333"\n.*Available: /),
    });
  });
});
