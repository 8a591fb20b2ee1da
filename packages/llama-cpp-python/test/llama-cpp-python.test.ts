import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UsageError } from "@quantlab/core";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { afterEach, describe, expect, it, vi } from "vitest";
import { llamaCppPython, llamaCppPythonEngine } from "../src/index.ts";

afterEach(() => vi.unstubAllEnvs());

describe("options", () => {
  it("are checked by name and value", () => {
    expect(() => llamaCppPython().withOptions({ thread: 2 })).toThrow(UsageError);
    expect(() => llamaCppPython().withOptions({ thread: 2 })).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("did you mean threads?") }),
    );
    expect(() => llamaCppPython({ threads: 0 })).toThrow("llama-cpp-python: threads is 0");
    expect(() => llamaCppPython().withOptions({ kvCacheTypes: ["f32", "f64"] })).toThrow("kvCacheTypes is");
  });

  it("are kept and replaced one by one", () => {
    const backend = llamaCppPython({ threads: 2, flashAttention: true });
    expect(backend.withOptions({ threads: 1 }).options).toEqual({ threads: 1, flashAttention: true });
    expect(backend.options).toEqual({ threads: 2, flashAttention: true });
  });
});

it("nothing is compiled unasked", () => {
  expect(llamaCppPython().prepare).toBeUndefined();
});

it("an interpreter without the package is told from one that is not there", async () => {
  vi.stubEnv("QUANTLAB_PYTHON", path.join(mkdtempSync(path.join(tmpdir(), "quantlab-lcp-")), "python"));
  expect(await llamaCppPython().probe()).toMatchObject({
    available: false,
    reason: expect.stringContaining("which runs no Python"),
  });
});

it("without its environment it is not available, and says how to get it", async () => {
  // Another lock is another environment, and that one nobody has made.
  const folder = mkdtempSync(path.join(tmpdir(), "quantlab-lcp-"));
  writeFileSync(path.join(folder, "requirements.lock"), "llama-cpp-python==0.0.1\n");
  expect(await pythonEnvironment({ ...llamaCppPythonEngine, folder }).ready()).toBe(false);
  expect(await llamaCppPython({}, { ...llamaCppPythonEngine, folder }).probe()).toEqual({
    available: false,
    reason: expect.stringMatching(/^llama-cpp-python is optional and not installed/),
    remedy: expect.stringContaining('run "pnpm lab setup llama-cpp-python" once'),
  });
});
