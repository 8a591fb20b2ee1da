import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Progress } from "@quantlab/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findPython } from "../src/environment/python.ts";
import { findUv } from "../src/environment/uv.ts";
import { type PythonEngine, pythonEnvironment } from "../src/index.ts";
import { Scratch, toyEngine } from "./toy.ts";

let scratch: Scratch;
beforeEach(async () => {
  scratch = await Scratch.make();
  vi.stubEnv("QUANTLAB_PYTHON", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await scratch[Symbol.asyncDispose]();
});

const root = () => path.join(scratch.folder, "environments");
const folders = () => readdirSync(root()).filter((name) => /^toy-py\d+-[0-9a-f]{12}$/.test(name));
const imports = (interpreter: string, module: string) =>
  execFileSync(interpreter, ["-I", "-c", `import ${module}; print(${module}.__name__)`], {
    encoding: "utf8",
  }).trim();

/** An address where nobody answers: what a machine without a network meets. */
const nowhere = "http://127.0.0.1:9/simple";

test("is made once from the lock, its size said first, and made again when it was broken off", async () => {
  const environment = pythonEnvironment(toyEngine, root());
  const told: Progress[] = [];
  const interpreter = await environment.ensure({ onProgress: (progress) => told.push(progress) });
  expect(told[0]?.step).toBe("making the Python environment of the toy: about 80 MB on disk, once");
  expect(imports(interpreter, "fastjsonschema")).toBe("fastjsonschema");
  expect(await environment.ready()).toBe(true);

  told.length = 0;
  expect(await environment.ensure({ onProgress: (progress) => told.push(progress) })).toBe(interpreter);
  expect(told).toEqual([]);

  const folder = path.join(root(), folders()[0]!);
  rmSync(path.join(folder, "quantlab-environment.json"));
  rmSync(path.join(folder, "lib"), { recursive: true });
  expect(await environment.ready()).toBe(false);
  expect(imports(await environment.ensure(), "numpy")).toBe("numpy");
});

test("is made by one of two that want it, and replaced when the lock changes", async () => {
  const told: string[] = [];
  const onProgress = ({ step }: Progress) => void told.push(step);
  const two = [1, 2].map(() => pythonEnvironment(toyEngine, root()).ensure({ onProgress }));
  const [one, other] = await Promise.all(two);
  expect(one).toBe(other);
  expect(told.filter((step) => step.startsWith("making"))).toHaveLength(1);

  const folder = path.join(scratch.folder, "toy");
  await cp(toyEngine.folder, folder, { recursive: true });
  const lock = path.join(folder, "requirements.lock");
  await writeFile(lock, `${await readFile(lock, "utf8")}\n# another lock\n`);
  const before = folders();
  const changed = pythonEnvironment({ ...toyEngine, folder }, root());
  expect(await changed.ready()).toBe(false);
  await changed.ensure();
  expect(folders()).toHaveLength(1);
  expect(folders()).not.toEqual(before);
});

test("leaves nothing that counts as made when it is stopped", async () => {
  const environment = pythonEnvironment(toyEngine, root());
  const cancel = new AbortController();
  const onProgress = () => cancel.abort(new Error("stop it"));
  await expect(environment.ensure({ signal: cancel.signal, onProgress })).rejects.toThrow("stop it");
  expect(await environment.ready()).toBe(false);
  expect(existsSync(await environment.ensure())).toBe(true);
});

test("is removed on request", async () => {
  const environment = pythonEnvironment(toyEngine, root());
  await environment.ensure();
  await environment.remove();
  expect(await environment.ready()).toBe(false);
  expect(folders()).toEqual([]);
});

test("says in one line that packages cannot be had", async () => {
  vi.stubEnv("UV_DEFAULT_INDEX", nowhere);
  vi.stubEnv("UV_FIND_LINKS", "");
  vi.stubEnv("UV_HTTP_RETRIES", "0");
  vi.stubEnv("UV_CACHE_DIR", path.join(scratch.folder, "cache"));
  const environment = pythonEnvironment(toyEngine, root());
  const error = await environment.ensure().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "ENGINE",
    message: expect.stringMatching(/^toy: its Python environment could not be made: .*127\.0\.0\.1:9/),
    remedy: expect.stringContaining("pnpm lab setup toy"),
  });
  expect((error as Error).message).not.toContain("\n");
  expect(await environment.ready()).toBe(false);
});

test("no password of an index is told, whatever uv says of it", async () => {
  vi.stubEnv("UV_FIND_LINKS", "");
  vi.stubEnv("UV_NO_CACHE", "1");
  vi.stubEnv("UV_HTTP_RETRIES", "0");
  for (const address of ["http://me:pass%20word@127.0.0.1:9/simple", "http://me:pass/ word@host/simple"]) {
    vi.stubEnv("QUANTLAB_TORCH_INDEX", address);
    const told: string[] = [];
    const made = pythonEnvironment(toyEngine, root()).ensure({ onProgress: ({ step }) => told.push(step) });
    const error = await made.catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(/^toy: its Python environment could not/) });
    expect(`${told} ${(error as Error).message}`).not.toMatch(/pass|word/);
  }
});

/** A path on which Python is and uv is not. */
async function pathWithoutUv(): Promise<void> {
  const bin = path.join(scratch.folder, "bin");
  const { path: python } = await findPython();
  await mkdir(bin);
  await symlink(python, path.join(bin, "python3"));
  vi.stubEnv("PATH", bin);
}

test("without uv and without a network says what would help", async () => {
  await pathWithoutUv();
  vi.stubEnv("PIP_INDEX_URL", nowhere);
  vi.stubEnv("PIP_FIND_LINKS", "");
  vi.stubEnv("PIP_RETRIES", "0");
  vi.stubEnv("PIP_NO_CACHE_DIR", "1");
  const folder = path.join(scratch.folder, "uv");
  await expect(findUv(await findPython(), { folder })).rejects.toMatchObject({
    code: "UV_MISSING",
    message: expect.stringMatching(/^uv is not found and cannot be fetched: ERROR: /),
    remedy: expect.stringContaining("pip install uv"),
  });
  expect(readdirSync(scratch.folder)).toEqual(["bin"]);
});

test("uv is fetched with Python's own means, and found there afterwards", async () => {
  await pathWithoutUv();
  const folder = path.join(scratch.folder, "uv");
  const uv = await findUv(await findPython(), { folder });
  expect(execFileSync(uv, ["--version"], { encoding: "utf8" })).toMatch(/^uv \d+\.\d+/);
  vi.stubEnv("PIP_INDEX_URL", nowhere);
  expect(await findUv(await findPython(), { folder })).toBe(uv);
});

test("an interpreter of the user's is used as it is when it has what is needed, and refused when not", async () => {
  const made = await pythonEnvironment(toyEngine).ensure();
  vi.stubEnv("QUANTLAB_PYTHON", made);
  const environment = pythonEnvironment(toyEngine, root());
  expect([await environment.ready(), await environment.ensure()]).toEqual([true, made]);
  expect(await environment.version()).toMatch(/^2\.\d+\.\d+ \(fastjsonschema /);
  expect(existsSync(root())).toBe(false);

  const demanding: PythonEngine = { ...toyEngine, needs: ["numpy", "no_such_library"] };
  await expect(pythonEnvironment(demanding, root()).ensure()).rejects.toMatchObject({
    code: "ENVIRONMENT",
    message: `QUANTLAB_PYTHON is ${made}, which lacks no_such_library`,
  });
});

test("another index for PyTorch brings its own build of the locked version", async () => {
  const python = await pythonEnvironment(toyEngine).ensure();
  const folder = path.join(scratch.folder, "engine");
  const index = path.join(scratch.folder, "index");
  await mkdir(path.join(index, "torch"), { recursive: true });
  await mkdir(folder);
  await writeFile(path.join(folder, "requirements.in"), "torch\n");
  await writeFile(
    path.join(folder, "requirements.lock"),
    `torch==2.15.0 \\\n    --hash=sha256:${"0".repeat(64)}\n`,
  );
  const wheel = "torch-2.15.0+cpu-py3-none-any.whl";
  execFileSync(python, ["-I", "-c", wheelProgram, path.join(index, "torch", wheel)]);
  const name = encodeURIComponent(wheel);
  await writeFile(path.join(index, "torch/index.html"), `<a href="${name}">${wheel}</a>`);
  vi.stubEnv("QUANTLAB_TORCH_INDEX", `file://${index}`);
  const engine = { ...toyEngine, folder };
  const interpreter = await pythonEnvironment(engine, root()).ensure();
  const version = "import importlib.metadata as m; print(m.version('torch'))";
  expect(execFileSync(interpreter, ["-I", "-c", version], { encoding: "utf8" }).trim()).toBe("2.15.0+cpu");
  vi.stubEnv("QUANTLAB_TORCH_INDEX", "");
  expect(await pythonEnvironment(engine, root()).ready()).toBe(false);
});

const wheelProgram = `
import sys, zipfile
info = "torch-2.15.0+cpu.dist-info"
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("torch/__init__.py", "")
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: torch\\nVersion: 2.15.0+cpu\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")
`;
