import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { documentOf, lab, startLab } from "../packages/cli/test/lab.ts";
import { type SoftwareVulkan, softwareVulkan } from "./support/software-vulkan.ts";

const linux = process.platform === "linux" && process.arch === "x64";

/** A lab folder of its own, and an npm that runs `script` in place of the real one; its fifth word is the folder. */
function withNpm(script: string) {
  const folder = mkdtempSync(path.join(tmpdir(), "quantlab-gpu-"));
  const programs = path.join(folder, "programs");
  mkdirSync(programs);
  writeFileSync(path.join(programs, "npm"), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(programs, "npm"), 0o755);
  const env = { QUANTLAB_FOLDER: folder, PATH: `${programs}:${process.env.PATH}` };
  const kept = () => {
    const gpu = path.join(folder, "gpu");
    return existsSync(gpu)
      ? readdirSync(gpu, { recursive: true }).filter((name) => !/^[\d.]+$/.test(`${name}`))
      : [];
  };
  return { env, folder, kept };
}

describe.runIf(linux)("lab setup vulkan that does not succeed", () => {
  it("refuses an archive with another hash, and keeps nothing of it", async () => {
    const { env, kept } = withNpm('echo other > "$5/vulkan.tgz"; echo "[]"');
    const { code, stderr, stdout } = await lab(["setup", "vulkan"], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: @node-llama-cpp\/linux-x64-vulkan has the hash sha512-\S+, not sha512-bBxq\S+$/m,
    );
    expect(stderr).toContain("nothing was kept");
    expect([stdout, kept()]).toEqual(["", []]);
  });

  it("says in one line why npm could not fetch it", async () => {
    const { env, kept } = withNpm(
      `printf '%s' '{"error":{"code":"ECONNREFUSED","summary":"request to the registry failed\\nand more"}}'; exit 1`,
    );
    const { code, stderr } = await lab(["setup", "vulkan"], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: npm cannot fetch @node-llama-cpp\/linux-x64-vulkan@[\d.]+: request to the registry failed$/m,
    );
    expect(stderr).toContain("npm config get registry");
    expect(stderr).not.toContain("    at ");
    expect(kept()).toEqual([]);
  });

  it("says that npm is missing", async () => {
    const { env, folder } = withNpm("");
    const { code, stderr } = await lab(["setup", "vulkan"], {
      env: { ...env, PATH: path.join(folder, "none") },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: npm is not installed/m);
  });

  it("is not there when it was killed halfway", async () => {
    const { env, folder, kept } = withNpm('echo half > "$5/vulkan.tgz"; sleep 60');
    const child = startLab(["setup", "vulkan"], { env });
    while (!kept().some((name) => `${name}`.endsWith("vulkan.tgz"))) await sleep(50);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    expect(readdirSync(path.join(folder, "gpu"), { recursive: true })).toContainEqual(
      expect.stringContaining("vulkan.partial"),
    );
    const { stdout } = await lab(["setup"], { env });
    expect(stdout).toMatch(/^vulkan +llama\.cpp on Vulkan .*pnpm lab setup vulkan$/m);
  });
});

describe("lab setup vulkan", { timeout: 600_000 }, () => {
  let device: SoftwareVulkan;
  beforeAll(async () => {
    device = await softwareVulkan();
  }, 600_000);

  it("brings the library once, and the doctor shows it with its device", async ({ skip }) => {
    if (device.missing !== null) return skip(device.missing);
    const env = device.environment;
    const again = await lab(["setup", "vulkan"], { env });
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toMatch(/^llama\.cpp on Vulkan is there\n.*vulkan\n$/);
    const find = await doctor(env);
    expect(find("gpu binaries")).toMatchObject({ state: "ok", detail: "vulkan" });
    expect(find("C API")?.detail).toContain("linux-x64-vulkan/");
    expect(find("devices")?.detail).toMatch(/^Vulkan0 \(llvmpipe.*, \d.* of \d.* free\), CPU /);
    expect(find("gpu")).toBeUndefined();
    expect(find("session API")?.state).toBe("ok");
  });

  it("says what to do where the library finds no device", async ({ skip }) => {
    if (device.missing !== null) return skip(device.missing);
    const { GGML_VK_VISIBLE_DEVICES: _, ...env } = device.environment;
    // Only cards count unless a device in software is asked for, and there is no driver here.
    const find = await doctor({ ...env, VK_DRIVER_FILES: "/no/driver.json" });
    expect(find("devices")?.detail).toMatch(/^CPU /);
    expect(find("gpu")).toMatchObject({
      state: "warn",
      detail: "the Vulkan library finds no device, so the CPU computes",
      remedy: expect.stringContaining("driver"),
    });
  });
});

async function doctor(env: Readonly<Record<string, string>>) {
  const document = documentOf(await lab(["doctor", "--json"], { env }));
  if (!document.ok) throw new Error(document.error.message);
  const { checks } = document.data as unknown as {
    checks: { name: string; state: string; detail: string; remedy: string | null }[];
  };
  return (name: string) => checks.find((check) => check.name === name);
}
