import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "quantlab-native-"));
  vi.stubEnv("QUANTLAB_FOLDER", folder);
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("a library that nobody has compiled here is told with the command that does", async () => {
  const { findLibrary, nativeReady } = await import("../src/index.ts");
  expect(nativeReady()).toBe(false);
  expect(() => findLibrary("auto", "native")).toThrow("no library has been compiled for this machine");
  await expect(async () => findLibrary("auto", "native")).rejects.toMatchObject({
    remedy: 'run "pnpm lab setup llamacpp-native" once; it needs cmake and a C++ compiler',
  });
});
