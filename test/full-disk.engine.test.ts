import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../packages/core/src/index.ts";
import {
  facts,
  storeWith,
  type TemporaryFolder,
  temporaryFolder,
  tinyShape,
  writeTiny,
} from "../packages/model-store/test/support/fixtures.ts";
import { HubServer } from "../packages/model-store/test/support/hub-server.ts";
import { ExperimentCopy, script } from "./support/experiment.ts";
import { onSmallDisk, whyNoSmallDisk } from "./support/small-disk.ts";

const reason = whyNoSmallDisk();
const lab = [process.execPath, path.join(repositoryRoot, "packages/cli/bin/lab.js")];
const labFolder = path.join(repositoryRoot, ".lab");

/** 60 MB in F16, whose quantizer runs for some seconds. */
const shape = { ...tinyShape, layers: 3, hidden: 1024, feedForward: 2048, heads: 8, keyValueHeads: 8 };

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

/** One line that says what is wrong, one that says what to do. */
function expectClear(stderr: string, problem: RegExp): void {
  const said = stderr.trimEnd().split("\n").slice(-2);
  expect(said[0]).toMatch(/^error: /);
  expect(said[0]).toMatch(problem);
  expect(said[1]).toMatch(/^free some space/);
  expect(stderr).not.toContain("    at ");
}

describe.skipIf(reason)(`a disk that becomes full${reason ? ` (not tested: ${reason})` : ""}`, () => {
  it("during a download ends it, and what has arrived is kept for the next call", async () => {
    await using hub = await HubServer.start();
    hub.add(
      "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
      "qwen2.5-0.5b-instruct-q4_0.gguf",
      readFileSync(path.join(repositoryRoot, "models/sprout/sprout-F16.gguf")),
    );
    hub.faults.pieceDelayMs = 40;
    const disk = { folder: path.join(folder.path, "hf"), size: "24m", fullOnce: ".incomplete-quantlab" };
    const env = { HF_ENDPOINT: hub.url, HF_HOME: disk.folder, HF_HUB_CACHE: undefined };
    const { code, stdout, stderr, left } = await onSmallDisk({ ...disk, env }, [
      ...lab,
      "models",
      "pull",
      "qwen2.5-0.5b-instruct:Q4_0",
    ]);
    expectClear(stderr, /cannot be written: its disk is full \(ENOSPC\)/);
    expect([code, stdout]).toEqual([1, ""]);
    expect(left).toEqual([expect.stringMatching(/\.incomplete-quantlab$/)]);
  });

  it("during quantization ends it and leaves no part of the file", async () => {
    const full = await writeTiny(folder.path, { shape });
    const disk = { folder: labFolder, size: "64m", fullOnce: ".tmp" };
    const { code, stdout, stderr, left } = await onSmallDisk(disk, [
      ...lab,
      "models",
      "pull",
      `${full}:Q4_K_M`,
    ]);
    expectClear(stderr, /quantizing .* to Q4_K_M needs about .* GiB of disk, 0\.00 GiB is free/);
    expect([code, stdout]).toEqual([1, ""]);
    expect(left.filter((name) => name.includes("/models/"))).toEqual([]);
  });

  it("while a synthetic model is written leaves no part of it", async () => {
    const id = "synthetic/slow";
    const entry = { ...facts, kind: "synthetic", id, seed: 3, quantized: "derived", shape } as const;
    await using place = await temporaryFolder();
    const store = await storeWith(place.path, [entry]);
    const program = path.join(repositoryRoot, "packages/model-store/test/support/resolve-process.ts");
    const catalogue = path.join(place.path, "catalogue.json");
    const disk = { folder: store.folder, size: "72m", fullOnce: ".tmp" };
    const { code, stderr, left } = await onSmallDisk(disk, [
      process.execPath,
      program,
      store.folder,
      place.path,
      catalogue,
      `${id}:F16`,
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /DiskFullError: .*synthetic-slow-F16.* cannot be written: its disk is full \(ENOSPC\)/,
    );
    expect(left).toEqual([]);
  });

  it("while a model answers fails in the end, and tells what was found", async () => {
    const tasks = path.join(folder.path, "sum.jsonl");
    const item = { prompt: "2 plus 2 is", choices: [" 4.", " 5."], answer: 0 };
    const ids = Array.from({ length: 50 }, (_, index) => `sum-${index}`);
    writeFileSync(tasks, ids.map((id) => JSON.stringify({ id, ...item })).join("\n"));
    const disk = { folder: path.join(folder.path, "answers"), size: "4k" };
    const asked = ["eval", "--tasks", tasks, "-o", path.join(disk.folder, "x.json"), "--json"];
    const { code, stdout, stderr, left } = await onSmallDisk(disk, [...lab, ...asked]);
    expectClear(stderr, /x\.json cannot be written: its disk is full \(ENOSPC\)/);
    const { ok, data } = JSON.parse(stdout);
    expect([ok, data.tasks.sum.answers.map(({ id }: { id: string }) => id)]).toEqual([true, ids]);
    expect([code, left]).toEqual([1, []]);
  });

  it("before the run of an experiment is written leaves its last good results", async () => {
    const copy = new ExperimentCopy();
    const before = copy.kept();
    const disk = { folder: path.join(copy.folder, ".runs"), size: "8k" };
    const short = ["--quick", "--arms", "q4", "--blocks", "1", "--generations", "1", "--new-tokens", "4"];
    const { code, stderr, left } = await onSmallDisk({ ...disk, cwd: copy.folder, env: copy.env }, [
      process.execPath,
      script,
      ...short,
    ]);
    expectClear(stderr, /\.runs\/.*\.json cannot be written: its disk is full \(ENOSPC\)/);
    expect(code).toBe(1);
    expect(left).toEqual([]);
    expect(copy.kept()).toEqual(before);
  });
});

describe.skipIf(reason)("a disk that is too small", () => {
  it("is noticed before a model is written", async () => {
    const disk = { folder: labFolder, size: "8m" };
    const { code, stderr, left } = await onSmallDisk(disk, [
      ...lab,
      "models",
      "pull",
      "synthetic/mistral-7b:F16",
    ]);
    expectClear(stderr, /synthetic\/mistral-7b in F16 needs about 1\d\.\d\d GiB of disk, 0\.01 GiB is free/);
    expect([code, left]).toEqual([1, []]);
  });
});
