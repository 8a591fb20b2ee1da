import { copyFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import { readImportanceMatrix } from "@quantlab/llama-capi";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentOf, lab } from "./lab.ts";

const text = (name: string) => path.join(repositoryRoot, "models/sprout/text", name);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-imatrix-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("computes a matrix where the user stands and tells how it came to be", async () => {
  const answer = await lab(
    [
      "imatrix",
      "-m",
      "sprout:F16",
      "-f",
      text("calibration.txt"),
      "-o",
      "own.imatrix",
      "-c",
      "64",
      "--chunks",
      "3",
      "--json",
    ],
    { cwd: folder },
  );
  expect(documentOf(answer)).toMatchObject({
    ok: true,
    data: { chunks: 3, chunkSize: 64, model: { id: "sprout" } },
  });
  expect(readImportanceMatrix(path.join(folder, "own.imatrix")).entries.size).toBe(42);
  expect(await readdir(folder)).toEqual(["own.imatrix", "own.imatrix.json"]);
});

it("refuses test text, a text that is not there, and an output that is a folder, in one line each", async () => {
  const refused = async (file: string, output = path.join(folder, "no.imatrix")) => {
    const { code, stderr } = await lab(["imatrix", "-m", "sprout:F16", "-f", file, "-o", output]);
    expect(code).not.toBe(0);
    expect(stderr.trim().split("\n")).toHaveLength(2);
    return stderr;
  };
  expect(await refused(text("test.txt"))).toContain("holds test text");
  expect(await refused(text("absent.txt"))).toContain("absent.txt: cannot be read");
  expect(await refused(text("calibration.txt"), folder)).toContain("is a folder");
});

it.skipIf(process.platform === "win32")("takes the place of nothing but a matrix of its own", async () => {
  const at = (name: string) => path.join(folder, name);
  const model = at("mine-F16.gguf");
  await copyFile(path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"), model);
  await copyFile(text("calibration.txt"), at("mine.txt"));
  await writeFile(at("note"), "mine");
  await writeFile(at("free.imatrix.json"), "mine");
  await symlink(at("note"), at("link"));
  const compute = (output: string) =>
    lab(["imatrix", "-m", model, "-f", at("mine.txt"), "-c", "64", "--chunks", "2", "-o", output]);
  for (const [output, problem] of [
    [model, `is an input: ${model} is read`],
    [at("mine.txt"), `is an input: ${at("mine.txt")} is read`],
    [at("note"), "exists already, and the lab did not write it"],
    [at("link"), "is a link"],
    ["/dev/null", "is no ordinary file"],
    [at("free.imatrix"), "free.imatrix.json: is in the way of the history of the new file"],
  ] as const) {
    const before = await readFile(model);
    const { code, stderr } = await compute(output);
    expect([code, stderr.trim().split("\n").length], stderr).toEqual([1, 2]);
    expect(stderr).toContain(problem);
    expect(before.equals(await readFile(model))).toBe(true);
  }
  expect([await readFile(at("note"), "utf8"), await readFile(at("free.imatrix.json"), "utf8")]).toEqual([
    "mine",
    "mine",
  ]);
  expect((await compute(at("again.imatrix"))).code).toBe(0);
  expect((await compute(at("again.imatrix"))).code).toBe(0);
});

it.skipIf(process.platform === "win32")("leaves nothing when the disk takes no more", async () => {
  const output = path.join(folder, "full/x.imatrix");
  const input = ["-m", "sprout:F16", "-f", text("calibration.txt"), "-c", "64", "--chunks", "2"];
  const { code, stderr } = await lab(["imatrix", ...input, "-o", output], { largestFileKiB: 32 });
  expect(code).toBe(1);
  expect(stderr).toContain("its disk is full");
  expect(await readdir(path.dirname(output))).toEqual([]);
});
