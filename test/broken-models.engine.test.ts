// What somebody sees who gives a broken file to the `lab` command or to an experiment.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lab } from "../packages/cli/test/lab.ts";
import { repositoryRoot } from "../packages/core/src/index.ts";
import { type TemporaryFolder, temporaryFolder } from "../packages/model-store/test/support/fixtures.ts";
import { ExperimentCopy, script } from "./support/experiment.ts";

const whole = readFileSync(path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"));

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  // These two are good enough to be quantized before an engine refuses them.
  for (const what of ["unknown-architecture", "twin-tokens"])
    await lab(["models", "remove", `./${what}.gguf`]);
});

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(whole);
  change(bytes);
  return bytes;
}

/** The text as it stands in the file, replaced by another of the same length. */
const rewritten = (text: string, by: string) =>
  changed((bytes) => bytes.write(by, bytes.indexOf(text), "latin1"));

const cases: readonly (readonly [what: string, bytes: Buffer | null, problem: RegExp])[] = [
  ["missing", null, /no such file/],
  ["empty", Buffer.alloc(0), /is empty/],
  ["text", Buffer.from("# A page of text that is no model at all\n"), /GGUF/],
  ["cut-in-header", whole.subarray(0, 2000), /claims 2048 elements/],
  ["cut-in-weights", whole.subarray(0, Math.floor(whole.length * 0.7)), /truncated/],
  ["flipped-magic", flipped(0, 1), /GGUF/],
  ["flipped-count", flipped(14, 0x40), /claims/],
  ["hostile-length", changed((bytes) => bytes.writeBigUInt64LE(2n ** 60n, 24)), /string/],
  ["hostile-tensors", changed((bytes) => bytes.writeBigUInt64LE(2n ** 62n, 8)), /claims/],
  // Well-formed, so only the engine can tell.
  [
    "unknown-architecture",
    rewritten("\u0005\0\0\0\0\0\0\0llama", "\u0005\0\0\0\0\0\0\0lloma"),
    /architecture: 'lloma'/,
  ],
  // Two tokens of one name break an assertion, and with it the engine's process.
  ["twin-tokens", rewritten("<0x41>", "<0x42>"), /GGML_ASSERT|SIGABRT/],
];

function flipped(at: number, bit: number): Buffer {
  return changed((bytes) => {
    bytes[at]! ^= bit;
  });
}

function fileOf(what: string, bytes: Buffer | null): string {
  const file = path.join(folder.path, `${what}.gguf`);
  if (bytes) writeFileSync(file, bytes);
  return file;
}

/** What is wrong with which file on one line, what to do on the next, and nothing of the program's inside. */
function expectClear(stderr: string, file: string | null, problem: RegExp): void {
  const [said = "", remedy = "", ...rest] = stderr.slice(stderr.indexOf("error: ")).trimEnd().split("\n");
  expect(said).toMatch(/^error: /);
  expect(said).toMatch(problem);
  if (file) expect(said).toContain(file);
  expect(remedy.length).toBeGreaterThan(10);
  expect(rest).toEqual([]);
  expect(stderr).not.toContain("    at ");
}

describe("lab generate", () => {
  it.each(cases)("refuses a file that is broken: %s", async (what, bytes, problem) => {
    const file = fileOf(what, bytes);
    const { code, stdout, stderr } = await lab(["generate", "-t", "1", "-n", "2", "-p", "Hello", "-m", file]);
    expect([code, stdout]).toEqual([1, ""]);
    expectClear(stderr, what === "twin-tokens" ? null : file, problem);
  });
});

describe("an experiment", () => {
  const copy = new ExperimentCopy();
  const before = copy.kept();

  it.each(cases)("refuses a file that is broken: %s", async (what, bytes, problem) => {
    const file = fileOf(what, bytes);
    const run = await execa(process.execPath, [script, "--arms", "q4,q4-session", "--model", file], {
      cwd: copy.folder,
      env: copy.env,
      reject: false,
    });
    expect(run.exitCode).toBe(1);
    expectClear(run.stderr, null, problem);
    expect([copy.runs(), copy.kept()]).toEqual([[], before]);
  });

  it.each([
    [["--model", "sprut"], 'unknown model "sprut"', "did you mean sprout?"],
    [["--model", "sprout:Q4_M"], '"sprout:Q4_M" names a quantization', 'write "sprout"'],
    [["--arms", "q4,q6"], 'unknown arm "q6"', "did you mean q4?"],
    [["--blocks", "none"], '--blocks "none" is not a whole number of at least 1', "try --blocks 16"],
  ])("refuses what cannot be meant: %j", async (flags, problem, remedy) => {
    const run = await execa(process.execPath, [script, ...flags], {
      cwd: copy.folder,
      env: copy.env,
      reject: false,
    });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/^error: /);
    expect(run.stderr).toContain(problem);
    expect(run.stderr).toContain(remedy);
    expect([copy.runs(), copy.kept()]).toEqual([[], before]);
  });

  it("refuses a result of another schema version and leaves it as it is", async () => {
    const own = new ExperimentCopy();
    const file = Object.keys(own.kept()).find((name) => name.endsWith("/sprout.json"))!;
    const newer = readFileSync(file, "utf8").replace(/"schemaVersion": ?2/, '"schemaVersion": 7');
    writeFileSync(file, newer);
    const kept = own.kept();
    const short = ["--quick", "--arms", "q4", "--blocks", "1", "--generations", "1", "--new-tokens", "4"];
    const run = await execa(process.execPath, [script, ...short], {
      cwd: own.folder,
      env: own.env,
      reject: false,
    });
    expect(run.exitCode).toBe(1);
    expectClear(run.stderr, file, /has schemaVersion 7; this lab reads 2/);
    expect(own.kept()).toEqual(kept);
  });
});
