import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Host, SchemaVersionError } from "@quantlab/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatRatio, keepResult, withResults } from "../src/index.ts";

const resultOf = (id: string, value: number) => ({
  schemaVersion: 2,
  host: { id, cpu: id, cores: 2, memoryBytes: 1, os: "Linux" } as Host,
  value,
});
type Kept = ReturnType<typeof resultOf>;
const readme = "# Title\n\n<!-- results:begin -->\nold\n<!-- results:end -->\n\nAfter.\n";
const readmeWith = (text: string, results: readonly Kept[]) =>
  withResults(
    text,
    results.map(({ host, value }) => `${host.id}: ${value}`),
  );

let folder: string;
const readText = (name: string) => readFile(path.join(folder, name), "utf8");
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "quantlab-benchmark-tools-"));
  await writeFile(path.join(folder, "README.md"), readme);
});
afterEach(() => rm(folder, { recursive: true }));

test("a kept result has a file of its host and model, and the README holds all of them", async () => {
  await keepResult(resultOf("a", 1), "sprout:Q4_K_M", folder, readmeWith);
  await keepResult(resultOf("b", 2), "sprout:Q4_K_M", folder, readmeWith);
  await keepResult(resultOf("a", 3), "sprout:Q4_K_M", folder, readmeWith);
  expect(await readText("README.md")).toBe(readme.replace("old", "\na: 3\n\nb: 2\n"));
  expect(JSON.parse(await readText("results/a/sprout-Q4_K_M.json"))).toEqual(resultOf("a", 3));
});

test("a result of another schema version is refused by name and nothing is written", async () => {
  await keepResult(resultOf("a", 1), "sprout", folder, readmeWith);
  const before = await readText("README.md");
  await writeFile(path.join(folder, "results/old.json"), JSON.stringify({ schemaVersion: 1 }));
  await expect(keepResult(resultOf("b", 2), "sprout", folder, readmeWith)).rejects.toThrow(
    SchemaVersionError,
  );
  expect(await readText("README.md")).toBe(before);
  await expect(readText("results/b/sprout.json")).rejects.toThrow("ENOENT");
});

test("a README without the markers is an error that names the line", () => {
  expect(() => withResults("# Title", [])).toThrow("results:begin");
});

test("a ratio stands with its interval, and nothing stands where there is none", () => {
  expect(formatRatio({ ratio: 1.01049, ci95: [0.9, 1.2], meanLogRatio: 0 })).toBe("1.010 (0.900–1.200)");
  expect(formatRatio(null)).toBe("");
});
