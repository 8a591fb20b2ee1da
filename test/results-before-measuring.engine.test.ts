// What a report could not read or fill is told before anything is measured for it.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ExperimentCopy, script } from "./support/experiment.ts";

let copy: ExperimentCopy;
beforeEach(() => {
  copy = new ExperimentCopy();
});
afterEach(() => rmSync(copy.root, { recursive: true, force: true }));

const quick = ["--quick", "--blocks", "1", "--generations", "1", "--new-tokens", "8", "--arms", "q4,q5"];
const start = () =>
  execa(process.execPath, [script, ...quick], { cwd: copy.folder, env: copy.env, reject: false });

function firstResult(): string {
  const results = path.join(copy.folder, "results");
  const files = readdirSync(results, { recursive: true, withFileTypes: true });
  const file = files.find((entry) => entry.isFile() && entry.name.endsWith(".json"))!;
  return path.join(file.parentPath, file.name);
}

describe("an experiment is not measured", () => {
  it.each([
    ["with a result that is cut", (text: string) => text.slice(0, 100), /is not JSON/],
    [
      "with a result of a later lab",
      (text: string) => text.replace(/"schemaVersion": \d+/, '"schemaVersion": 99'),
      /has schemaVersion 99/,
    ],
  ])("%s", async (_, damage, problem) => {
    const file = firstResult();
    writeFileSync(file, damage(readFileSync(file, "utf8")));
    const before = copy.kept();
    const { exitCode, stderr } = await start();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`error: ${file}`);
    expect(stderr).toMatch(problem);
    expect(copy.runs()).toEqual([]);
    expect(copy.kept()).toEqual(before);
  });

  it("with a README that has lost one of its two markers", async () => {
    const readme = path.join(copy.folder, "README.md");
    writeFileSync(readme, readFileSync(readme, "utf8").replace("<!-- lab:results:end -->", ""));
    const { exitCode, stderr } = await start();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`error: ${readme}: has no single pair of`);
    expect(copy.runs()).toEqual([]);
  });
});
