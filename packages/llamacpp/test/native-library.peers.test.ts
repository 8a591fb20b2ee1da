import { spawnSync } from "node:child_process";
import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import { loadLlama, nativeReady, setUpNative } from "@quantlab/llama-capi";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => setUpNative(), 1_800_000);

/** Each in a process of its own, for a process holds one library. */
function generated(library: string) {
  const script = `
    import { engineByName, resolveModel } from "@quantlab/engines";
    const backend = engineByName("engine").backend({ library: ${JSON.stringify(library)}, threads: 1 });
    const { version } = await backend.probe();
    const session = await backend.load(await resolveModel("sprout:F16"), new AbortController().signal);
    const promptIds = await session.tokenize("What is inflation?", { bos: true, special: false });
    const request = { promptIds, newTokens: 16, sampling: "greedy", stopAtEndOfText: false };
    const { tokenIds } = await session.generate(request, new AbortController().signal);
    console.log(JSON.stringify({ version, devices: session.engine.devices, tokenIds }));
  `;
  const cwd = path.join(repositoryRoot, "packages/cli");
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd,
    encoding: "utf8",
  });
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout);
}

describe("the library compiled for this machine", () => {
  test("is there once it is set up, answers as the shipped one does, and names itself", () => {
    expect(nativeReady()).toBe(true);
    const [native, shipped] = [generated("native"), generated("shipped")];
    expect(native.tokenIds).toEqual(shipped.tokenIds);
    expect(native.version).toContain("compiled for this machine");
    expect(native.devices.join()).toContain("compiled for this machine");
    expect(shipped.version).not.toContain("compiled");
  });

  test("is not mixed with the shipped one in a process", () => {
    loadLlama("auto", "native");
    expect(() => loadLlama()).toThrow(
      "this process has loaded the native library, and the shipped one is asked for",
    );
  });
});
