import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { repositoryRoot } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, lab, startLab } from "./lab.ts";

const shipped = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-models-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("lab models list", () => {
  it("shows every kind of model, and that the shipped one is on disk", async () => {
    const { code, stdout } = await lab(["models", "list"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^model +kind +parameters +quantizations +on disk$/m);
    expect(stdout).toMatch(/^sprout +shipped .*F16 .*F16 [\d.]+ MiB shipped$/m);
    expect(stdout).toMatch(/^synthetic\/qwen2.5-0.5b +synthetic +494M/m);
  });

  it("gives the same as one document", async () => {
    const document = documentOf(await lab(["models", "list", "--json"]));
    expect(document).toMatchObject({ ok: true, command: "models list" });
    expect(document).toHaveProperty("data.models.0.quantizations.gguf", expect.arrayContaining(["F16"]));
  });
});

describe("lab models info", () => {
  it("reads what a file is made of", async () => {
    const { code, stdout } = await lab(["models", "info", shipped]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^architecture +llama$/m);
    expect(stdout).toMatch(/^sha256 +[0-9a-f]{64}$/m);
    expect(stdout).toMatch(/^F16 +\d+ +[\d.]+ MiB$/m);
    expect(stdout).toMatch(/^tokenizer\.ggml\.model +llama$/m);
  });

  it("counts every tensor byte in --json", async () => {
    const document = documentOf(await lab(["models", "info", shipped, "--json"]));
    if (!document.ok) throw new Error(document.error.message);
    const { file, header } = document.data as unknown as {
      file: { bytes: number; parameters: number; bitsPerWeight: number };
      header: { tensors: { bytes: number }[] };
    };
    const bytes = header.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    expect(bytes).toBeLessThan(file.bytes);
    expect((bytes * 8) / file.parameters).toBeCloseTo(file.bitsPerWeight, 9);
  });

  it("reads what a folder of the user's is made of, without metadata that only a GGUF has", async () => {
    const mine = path.join(folder, "mine");
    await cp(path.join(repositoryRoot, "models/sprout/hf"), mine, { recursive: true });
    const { code, stdout } = await lab(["models", "info", mine]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^architecture +llama$/m);
    expect(stdout).toMatch(/^held as +\S+, made by the loader of what lies on disk$/m);
    expect(stdout).toMatch(/^F16 +\d+ +[\d.]+ MiB$/m);
    const document = documentOf(await lab(["models", "info", mine, "--json"]));
    expect(document).toMatchObject({ ok: true, data: { file: { ref: { form: "hf" } }, metadata: null } });
  });

  it("reads a file and a folder whose paths hold colons", async () => {
    const place = path.join(folder, "2024-05-01T10:00");
    await cp(path.join(repositoryRoot, "models/sprout/hf"), path.join(place, "m:hf"), { recursive: true });
    await cp(shipped, path.join(place, "m:F16.gguf"));
    for (const [typed, quantization] of [
      ["2024-05-01T10:00/m:F16.gguf", "F16"],
      ["./2024-05-01T10:00/m:hf", "float16"],
      ["./2024-05-01T10:00/m:hf:bnb-nf4", "bnb-nf4"],
    ] as const) {
      const document = documentOf(await lab(["models", "info", typed, "--json"], { cwd: folder }));
      expect(document).toMatchObject({ ok: true, data: { file: { ref: { quantization } } } });
    }
    const absent = await lab(["models", "info", "./2024-05-01T10:00/n-F16.gguf"], { cwd: folder });
    expect(absent.stderr).toMatch(/^error: \S+2024-05-01T10:00\/n-F16\.gguf: no such file\n/);
    const beside = await lab(["quantize", "2024-05-01T10:00/m:F16.gguf", "--to", "Q8_0", "--dry-run"], {
      cwd: folder,
    });
    expect(beside.stdout).toContain(`\n${path.join(place, "m:F16-Q8_0.gguf")}\n`);
  });

  it("says what is known of a model that is not on disk, and that it is synthetic", async () => {
    const document = documentOf(await lab(["models", "info", "synthetic/mistral-7b:Q3_K_L", "--json"]));
    expect(document).toMatchObject({ ok: true, data: { file: null, catalogue: { kind: "synthetic" } } });
  });

  it.each([
    ["empty.gguf", 0, "is empty"],
    ["cut.gguf", 100_000, "is truncated"],
    ["short.gguf", 300, "inside the header"],
  ])("refuses %s in one line", async (name, bytes, problem) => {
    const file = path.join(folder, name);
    await writeFile(file, (await readFile(shipped)).subarray(0, bytes));
    const { code, stdout, stderr } = await lab(["models", "info", file]);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr.split("\n")[0]).toContain(problem);
  });

  it("spells out what could steer the terminal", async () => {
    const bytes = Buffer.from(await readFile(shipped));
    const at = bytes.indexOf("Sprout");
    bytes.write("\u001b[31mX", at, "latin1");
    const file = path.join(folder, "escape.gguf");
    await writeFile(file, bytes);
    const { stdout } = await lab(["models", "info", file]);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("\\u001b[31mX");
  });
});

describe("lab models remove", () => {
  it("refuses the shipped model", async () => {
    // A copy that somebody converted may go; what ships never does.
    await lab(["models", "remove", "sprout:F16"]);
    const { code, stderr } = await lab(["models", "remove", "sprout:F16"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: sprout:F16 is part of this repository\n/);
    expect((await readFile(shipped)).length).toBeGreaterThan(1e6);
  });

  it("never touches a file of the user's", async () => {
    const file = path.join(folder, "mine.gguf");
    await writeFile(file, await readFile(shipped));
    const { code } = await lab(["models", "remove", file]);
    expect(code).toBe(2);
    expect((await readFile(file)).length).toBeGreaterThan(1e6);
  });
});

describe("lab models pull", () => {
  it("suggests the model that was meant", async () => {
    const { code, stderr } = await lab(["models", "pull", "sprot:Q4_K_M"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: unknown model "sprot"\ndid you mean sprout\?/);
  });

  it("ends at once on Ctrl-C while the hub is silent, with exit code 130 and no file", async () => {
    const hub = createServer(() => {}).listen(0, "127.0.0.1");
    await once(hub, "listening");
    const { port } = hub.address() as AddressInfo;
    const env = { HF_ENDPOINT: `http://127.0.0.1:${port}`, HF_HOME: folder };
    const child = startLab(["models", "pull", "qwen2.5-0.5b-instruct:Q4_K_M"], { env });
    await once(hub, "request");
    const ended = once(child, "close");
    const said = text(child.stderr!);
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    // Not the last resort, which says nothing: the download was given up in order.
    expect(await said).toBe("error: interrupted by SIGINT\n");
    hub.closeAllConnections();
    hub.close();
  });
});
