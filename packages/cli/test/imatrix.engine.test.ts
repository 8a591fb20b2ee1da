import { mkdtemp, readdir, rm } from "node:fs/promises";
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

it.skipIf(process.platform === "win32")("leaves nothing when the disk takes no more", async () => {
  const output = path.join(folder, "full/x.imatrix");
  const input = ["-m", "sprout:F16", "-f", text("calibration.txt"), "-c", "64", "--chunks", "2"];
  const { code, stderr } = await lab(["imatrix", ...input, "-o", output], { largestFileKiB: 32 });
  expect(code).toBe(1);
  expect(stderr).toContain("its disk is full");
  expect(await readdir(path.dirname(output))).toEqual([]);
});
