import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text as readAll } from "node:stream/consumers";
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
  const [main, output] = [
    path.join(import.meta.dirname, "../bin/lab.js"),
    path.join(folder, "full/x.imatrix"),
  ];
  // No file may grow beyond 32 KiB: writing fails as on a full disk.
  const flags = [
    "-m",
    "sprout:F16",
    "-f",
    text("calibration.txt"),
    "-o",
    output,
    "-c",
    "64",
    "--chunks",
    "2",
  ];
  const command = 'ulimit -f 32 && exec "$0" "$@"';
  const child = spawn("bash", ["-c", command, process.execPath, main, "imatrix", ...flags]);
  const said = readAll(child.stderr);
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(await said).toContain("its disk is full");
  expect(await readdir(path.dirname(output))).toEqual([]);
});
