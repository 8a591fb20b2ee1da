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

test("an engine that is to compute with it is not available, and says how it would be", async () => {
  const { llamacppEngine } = await import("../src/index.ts");
  expect(await llamacppEngine({ library: "native" }).probe()).toEqual({
    ...{ available: false, reason: expect.stringContaining("no library has been compiled for this machine") },
    remedy: expect.stringContaining("pnpm lab setup llamacpp-native"),
  });
});
