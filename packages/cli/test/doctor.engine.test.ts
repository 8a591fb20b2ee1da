import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { detectHost, type Host } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "../src/doctor/check.ts";
import { documentOf, lab } from "./lab.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-doctor-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function examine(env: Record<string, string> = {}) {
  const answer = await lab(["doctor", "--json"], { env });
  const document = documentOf(answer);
  if (!document.ok) throw new Error(document.error.message);
  const { healthy, checks } = document.data as unknown as { healthy: boolean; checks: Check[] };
  return { code: answer.code, healthy, find: (name: string) => checks.find((check) => check.name === name) };
}

describe("lab doctor", () => {
  it("finds the library, its processor variant and a device, and the model whole", async () => {
    const { code, healthy, find } = await examine();
    expect(find("llama.cpp")).toMatchObject({ state: "ok", detail: expect.stringMatching(/^v\d+\.\d+/) });
    expect(find("C API")).toMatchObject({ state: "ok", detail: expect.stringMatching(/libllama.*ggml-cpu/) });
    expect(find("devices")).toMatchObject({ state: "ok", detail: expect.stringContaining("CPU") });
    expect(find("session API")).toMatchObject({ state: "ok" });
    expect(find("gpu binaries")).toBeDefined();
    expect(find("model")).toMatchObject({ state: "ok", detail: expect.stringContaining("checksum right") });
    expect(find("transformers")).toMatchObject({
      state: "ok",
      detail: expect.stringMatching(/^5\.\d+\.\d+ \(torch .*\): (not made yet, about|\/)/),
    });
    expect(find("node")?.detail).toContain(process.versions.node);
    expect({ code, healthy }).toEqual({ code: 0, healthy: true });
  });

  it("warns, with a remedy and without failing, where only an optional tool is missing", async () => {
    const { healthy, find } = await examine({ CXX: "no-such-compiler", QUANTLAB_PYTHON: "no-such-python" });
    for (const name of ["compiler", "python", "transformers"])
      expect(find(name)).toMatchObject({
        state: "warn",
        remedy: expect.stringMatching(/^only .* (install|QUANTLAB_PYTHON)/),
      });
    expect(healthy).toBe(true);
  });

  it("says when the machine is another than the one that turbo's cache belongs to", async () => {
    const facts = path.join(folder, "host.json");
    await writeFile(facts, JSON.stringify({ ...detectHost(), id: "another-machine" }));
    expect((await examine({ QUANTLAB_HOST_FACTS: facts })).find("host id")?.detail).toContain(
      "another-machine",
    );
  });

  it("says how many threads compute, and why", async () => {
    const facts = path.join(folder, "threads.json");
    const { limits: _, performanceCores: __, ...host } = detectHost();
    const threadsOf = async (change: Partial<Host>) => {
      await writeFile(facts, JSON.stringify({ ...host, ...change }));
      return (await examine({ QUANTLAB_HOST_FACTS: facts })).find("threads")?.detail;
    };
    expect(await threadsOf({ cores: 2 })).toBe("2 unless said: one a core");
    expect(await threadsOf({ cores: 10, performanceCores: 4 })).toBe(
      "4 unless said: one a physical performance core; the rest of the 10 are hyperthreads or efficiency cores",
    );
    expect(await threadsOf({ cores: 2, limits: { cores: 2.5 } })).toBe(
      "2 unless said: what the container's quota has whole",
    );
  });

  it("shows what a container allows of the machine", async () => {
    const facts = path.join(folder, "container.json");
    const { memoryBytes, ...host } = detectHost();
    const limits = { cores: 0.8, memoryBytes: 2 ** 30 };
    await writeFile(facts, JSON.stringify({ ...host, memoryBytes, cores: 1, limits }));
    const { healthy, find } = await examine({ QUANTLAB_HOST_FACTS: facts });
    expect(find("processor")).toMatchObject({
      state: "warn",
      detail: expect.stringContaining(", 1 core; a container's quota allows the time of 0.8"),
      remedy: expect.stringContaining("without a CPU quota"),
    });
    expect(find("memory")?.detail).toMatch(/ of 1\.00 GiB, a container's limit on a machine of \d/);
    expect(healthy).toBe(true);
  });

  it("goes on after a check that breaks, and exits 1", async () => {
    const { code, stdout } = await lab(["doctor"], {
      env: { QUANTLAB_HOST_FACTS: path.join(folder, "none") },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fail {2}host .*no such file/m);
    expect(stdout).toMatch(/^ok {4}C API/m);
  });
});
