import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { EngineError } from "@quantlab/core";
import { afterEach, describe, expect, test } from "vitest";
import { findLibrary, llamaVersion, setUpGpu } from "../src/index.ts";
import { pinnedPackageVersion } from "../src/library/pinned-release.ts";

describe("findLibrary", () => {
  const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
  afterEach(() => Object.defineProperty(process, "platform", platform));

  test.each(["auto", false] as const)("finds the three libraries of this platform, gpu %s", (gpu) => {
    const { directory, libraries, packageVersion } = findLibrary(gpu);
    for (const file of Object.values(libraries)) {
      expect(existsSync(file)).toBe(true);
      expect(path.dirname(file)).toBe(directory);
    }
    expect(path.basename(libraries.llama)).not.toContain("common");
    expect(packageVersion).toBe(pinnedPackageVersion);
  });

  test("names the platforms there are when this one has no library", () => {
    Object.defineProperty(process, "platform", { value: "sunos" });
    expect(() => findLibrary()).toThrow(EngineError);
    expect(() => findLibrary()).toThrow(/ships no library for sunos/);
  });

  test("says which package is missing when only that of another platform is installed", () => {
    Object.defineProperty(process, "platform", { value: process.platform === "win32" ? "linux" : "win32" });
    expect(() => findLibrary()).toThrow(/@node-llama-cpp\/(win|linux)-\w+ is not installed/);
  });
});

describe("setUpGpu", () => {
  const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
  afterEach(() => Object.defineProperty(process, "platform", platform));

  test("names the platforms there are binaries for when this is none of them", async () => {
    Object.defineProperty(process, "platform", { value: "sunos" });
    await expect(setUpGpu("vulkan")).rejects.toMatchObject({
      message: `there are no vulkan binaries for sunos-${process.arch}`,
      remedy: "there are some for linux-x64",
    });
  });

  test("refuses a kind that there is not, with the nearest one", async () => {
    await expect(setUpGpu("vulcan")).rejects.toMatchObject({
      remedy: expect.stringMatching(/^did you mean vulkan\?/),
    });
  });
});

/** What a new node-llama-cpp must be checked for before the pin moves: the struct layouts and this name. */
test("the pinned node-llama-cpp carries the named release of llama.cpp", () => {
  const entry = createRequire(import.meta.url).resolve("node-llama-cpp");
  const info = path.resolve(path.dirname(entry), "../llama/llama.cpp.info.json");
  expect(JSON.parse(readFileSync(info, "utf8"))).toMatchObject({ tag: llamaVersion });
});
