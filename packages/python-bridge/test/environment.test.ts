import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { environmentDigest } from "../src/environment/lock-file.ts";
import { formatSize, pythonEnvironment } from "../src/index.ts";
import { Scratch, toyBackend, toyEngine } from "./toy.ts";

let scratch: Scratch;
beforeEach(async () => {
  scratch = await Scratch.make();
  vi.stubEnv("QUANTLAB_PYTHON", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await scratch[Symbol.asyncDispose]();
});

const environment = () => pythonEnvironment(toyEngine, path.join(scratch.folder, "environments"));

/** A program that answers as a Python of this version would. */
async function pretendPython(name: string, version: string): Promise<string> {
  const file = path.join(scratch.folder, "bin", name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho ${file}\necho ${version}\n`);
  await chmod(file, 0o755);
  return file;
}

test("an environment is the same wherever the checkout lies", () => {
  const lock = { path: "requirements.lock", text: "toy==1" };
  const built = (header: string) =>
    environmentDigest({ ...toyEngine, installEnvironment: { CFLAGS: `-include ${header}` } }, lock, null);
  expect(built(path.join(repositoryRoot, "packages/own.h"))).toBe(built("/packages/own.h"));
  expect(built("/packages/other.h")).not.toBe(built("/packages/own.h"));
});

describe("a machine", () => {
  test("without Python is told what to install", async () => {
    vi.stubEnv("PATH", scratch.folder);
    await expect(environment().check()).rejects.toMatchObject({
      code: "PYTHON_MISSING",
      message: "no Python is found: Python engines need 3.11 or newer",
      remedy: expect.stringMatching(/install .*python.*QUANTLAB_PYTHON/),
    });
  });

  test("whose Python is too old is told which, and what to install", async () => {
    const old = await pretendPython("python3", "3.9.6");
    vi.stubEnv("PATH", path.dirname(old));
    await expect(environment().ensure()).rejects.toMatchObject({
      code: "PYTHON_MISSING",
      message: `Python 3.9.6 (${old}) is too old: Python engines need 3.11 or newer`,
    });
  });

  test("with an old and a newer one uses the newer", async () => {
    const old = await pretendPython("python3", "3.9.6");
    await pretendPython("python3.12", "3.12.1");
    vi.stubEnv("PATH", path.dirname(old));
    await expect(environment().check()).resolves.toBeUndefined();
  });

  test("without what a backend needs is an unavailable one, not an error", async () => {
    vi.stubEnv("QUANTLAB_PYTHON", "no-such-python");
    expect(await toyBackend().probe()).toEqual({
      available: false,
      reason: "QUANTLAB_PYTHON is no-such-python, which runs no Python",
      remedy: expect.stringContaining("correct QUANTLAB_PYTHON, or unset it"),
    });
  });
});

test("an environment that is not made is not ready, and says how to make it", async () => {
  expect(await environment().ready()).toBe(false);
  await expect(environment().interpreter()).rejects.toMatchObject({
    message: "toy: its Python environment is not made",
    remedy: 'run "pnpm lab setup toy"',
  });
});

test("the version is read from the lock, without starting anything", async () => {
  vi.stubEnv("PATH", scratch.folder);
  expect(await environment().version()).toMatch(/^2\.\d+\.\d+ \(fastjsonschema 2\.\d+\.\d+\)$/);
});

test("sizes are said in round figures", () => {
  expect([5.3e9, 1e9, 218e6].map(formatSize)).toEqual(["about 5.3 GB", "about 1.0 GB", "about 218 MB"]);
});
