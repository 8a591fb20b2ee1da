import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { llamaSource } from "@quantlab/llama-capi";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lab } from "./lab.ts";

const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-readers-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("llama.cpp's own script that compares two results of llama-bench compares two of the lab's", async () => {
  const words = ["bench", "-m", "sprout:F16", "-t", "1", "-p", "16,32", "-n", "8", "-d", "0,16"];
  const { code, stdout, stderr } = await lab([...words, "-r", "1", "--blocks", "2", "-o", "json"]);
  expect(code, stderr).toBe(0);
  const rows = JSON.parse(stdout) as { build_commit: string; avg_ts: number }[];
  const commit = rows[0]!.build_commit;
  const later = commit.replace(/./g, "0");
  // As a later build would print them, twice as fast.
  const faster = rows.map((row) => ({ ...row, build_commit: later, avg_ts: 2 * row.avg_ts }));
  const files = ["before.json", "after.json"];
  for (const [index, document] of [rows, faster].entries())
    await writeFile(path.join(folder, files[index]!), JSON.stringify(document));

  const environment = path.join(folder, "python");
  await run("python3", ["-m", "venv", environment]);
  const python = path.join(environment, "bin/python");
  await run(python, ["-m", "pip", "install", "--quiet", "GitPython==3.1.45", "tabulate==0.9.0"]);
  const script = path.join(await llamaSource(), "scripts/compare-llama-bench.py");
  const asked = ["-t", "llama-bench", "-b", commit, "-c", later, ...files.flatMap((file) => ["-i", file])];
  // Outside of any checkout: there it would look for the commits.
  const { stdout: table } = await run(python, [script, ...asked], { cwd: folder });
  const lines = table.split("\n").filter((line) => line.includes("sprout F16"));
  expect(lines).toHaveLength(6);
  for (const test of ["pp16", "pp32", "tg8", "pp16@d16", "pp32@d16", "tg8@d16"])
    expect(lines.filter((line) => line.includes(` ${test} `) && /\b2\.00 *\|$/.test(line))).toHaveLength(1);
});
