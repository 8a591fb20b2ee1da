import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Progress, repositoryRoot, type TextSession } from "@quantlab/core";
import {
  createStore,
  removeModel,
  resolveFullWeights,
  resolveModel,
  type Store,
  withModel,
} from "@quantlab/model-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mlx, mlxForm } from "../src/index.ts";

const never = new AbortController().signal;
const forms = [mlxForm];
const hf = path.join(repositoryRoot, "models/sprout/hf");
const parameters = 5_639_424;
/** Weights of the six layers and the embedding; norms stay as they are. */
const matrices = 5_636_096;
let folder: string;
let store: Store;

beforeAll(async () => {
  await mlx().prepare!();
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-convert-"));
  store = createStore({ folder: path.join(folder, "lab"), forms });
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const made = (at = store, id = "sprout") => {
  const place = path.join(at.folder, "models", id);
  return existsSync(place) ? readdirSync(place) : [];
};
const heldBytes = ({ engine }: TextSession) =>
  Object.values(engine.buffers).reduce((sum, bytes) => sum + bytes, 0);

describe("the shipped model converted", () => {
  // A scale and an offset a group beside the packed bits; norms and what is left out keep the data type.
  test.each<[string, number, readonly string[]]>([
    ["mlx-float32", 32, ["float32"]],
    ["mlx-bfloat16", 16, ["bfloat16"]],
    ["mlx-8bit-g64", 8 + 32 / 64, ["8-bit", "float16"]],
    ["mlx-4bit-g64", 4 + 32 / 64, ["4-bit", "float16"]],
    ["mlx-4bit-g32-float32", 4 + 64 / 32, ["4-bit", "float32"]],
    ["mlx-2bit-g128-bfloat16", 2 + 32 / 128, ["2-bit", "bfloat16"]],
  ])("to %s holds that many bits a weight, on disk and in memory", async (name, bits, kinds) => {
    const file = await resolveModel(`sprout:${name}`, { store });
    expect(file.parameters).toBe(parameters);
    expect(file.bitsPerWeight).toBeCloseTo(bits, 1);
    await using session = await mlx({ device: "cpu" }).load(file, never);
    expect(Object.keys(session.engine.buffers)).toEqual(kinds.map((kind) => `CPU ${kind}`));
    const plain = kinds.at(-1) === "float32" ? 4 : 2;
    const weights =
      kinds.length > 1 ? (matrices * bits) / 8 + (parameters - matrices) * plain : (parameters * bits) / 8;
    expect(heldBytes(session)).toBe(weights);
    expect((file.bitsPerWeight * file.parameters) / 8).toBeCloseTo(weights);
  });

  test("in a mix has more bits where mlx-lm's recipe says, and modules left out keep theirs", async () => {
    const mixed = await resolveModel("sprout:mlx-mixed-3-6-g64", { store });
    await using session = await mlx({ device: "cpu" }).load(mixed, never);
    expect(Object.keys(session.engine.buffers)).toEqual(["CPU 3-bit", "CPU 6-bit", "CPU float16"]);
    const without = await resolveModel("sprout:mlx-4bit-g64-without-embed_tokens", { store });
    await using other = await mlx({ device: "cpu" }).load(without, never);
    expect(other.engine.buffers["CPU float16"]).toBeGreaterThan(2048 * 256 * 2);
    expect(without.bitsPerWeight).toBeGreaterThan(mixed.bitsPerWeight);
  });

  test("tells where it came from, and the tokenizer is the source's byte for byte", async () => {
    const source = await resolveFullWeights("sprout");
    const file = await resolveModel("sprout:mlx-4bit-g64", { store });
    expect(file.provenance.map(({ step }) => step)).toEqual(["train", "quantize"]);
    expect(file.provenance.at(-1)).toMatchObject({
      tool: "mlx-lm",
      version: expect.stringContaining("(mlx "),
      settings: { bits: 4, groupSize: 64, dataType: "as in the source", exclude: [], learned: null },
      inputSha256: source.sha256,
    });
    for (const name of [
      "tokenizer.json",
      "tokenizer.model",
      "tokenizer_config.json",
      "generation_config.json",
    ])
      expect(await readFile(path.join(file.path, name))).toEqual(await readFile(path.join(hf, name)));
  });

  test("is made once, found again by its name, and removed", async () => {
    const first = await resolveModel("sprout:mlx-6bit-g64", { store });
    const steps: string[] = [];
    const onProgress = ({ step }: { step: string }) => steps.push(step);
    const [second, third] = await Promise.all(
      [1, 2].map(() => resolveModel("sprout:mlx-6bit-g64", { store, onProgress })),
    );
    expect([second, third]).toEqual([first, first]);
    expect(steps).toEqual([]);
    expect((await removeModel("sprout:mlx-6bit-g64", store)).files).toEqual([first.path]);
    expect(made().filter((name) => name.includes("6bit"))).toEqual([]);
  });
});

describe("a folder of the user's", () => {
  test("is converted like the shipped model, and one that MLX packed is used as it is", async () => {
    const mine = path.join(folder, "mine");
    await cp(hf, mine, { recursive: true });
    const reference = "sprout:mlx-4bit-g64";
    const converted = await resolveModel(withModel(reference, mine), { store });
    const shipped = await resolveModel(reference, { store });
    expect(await readFile(path.join(converted.path, "model.safetensors"))).toEqual(
      await readFile(path.join(shipped.path, "model.safetensors")),
    );
    const packed = path.join(folder, "packed");
    await cp(converted.path, packed, { recursive: true });
    expect((await resolveModel(withModel(reference, packed), { store })).path).toBe(packed);
    // Two roundings would be taken for one.
    const twice = resolveModel(`${packed}:mlx-8bit-g64`, { store });
    await expect(twice).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("in GGUF form is not to be had in this one", async () => {
    const gguf = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");
    const asked = resolveModel(`${gguf}:mlx-4bit-g64`, { store });
    await expect(asked).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("GGUF"),
    });
  });
});

describe("what does not fit is refused with the remedy, and leaves nothing", () => {
  test.each([
    [
      "a module that is not there",
      "mlx-4bit-g64-without-embed_tokns",
      'no module "embed_tokns"',
      "embed_tokens",
    ],
    ["a text too short to learn from", "mlx-4bit-g64-float32-dwq-128x64", "DWQ needs 8 pieces", "longer"],
  ])("%s", async (_, name, problem, remedy) => {
    const short = path.join(folder, "short.txt");
    await writeFile(short, "Inflation is a general rise. ".repeat(40));
    const options = name.includes("dwq") ? { calibration: short } : {};
    const refused = resolveModel(`sprout:${name}`, { ...options, store });
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining(problem),
      remedy: expect.stringContaining(remedy),
    });
    expect(made().filter((entry) => entry.includes(name))).toEqual([]);
  });
});

describe("an interrupted conversion leaves no folder under the final name", () => {
  /** GPTQ takes some seconds, in which to strike. */
  const slow = "sprout:mlx-4bit-g64-float32-gptq-4x64";
  const startConversion = (at: string) =>
    spawn(process.execPath, [path.join(import.meta.dirname, "fixtures/convert.ts"), at, slow]);
  const locks = (at: Store) => made(at).filter((name) => name.endsWith(".lock"));

  test("when its process is killed, and the next one makes it", async () => {
    const own = createStore({ folder: path.join(folder, "killed"), forms });
    const child = startConversion(own.folder);
    while (locks(own).length === 0) await sleep(20);
    // Its worker starts in two seconds and calibrates then.
    await sleep(4000);
    expect(child.exitCode).toBe(null);
    child.kill("SIGKILL");
    expect(made(own).filter((name) => /\.mlx(\.json)?$/.test(name))).toEqual([]);
    const file = await resolveModel(slow, { store: own });
    expect(existsSync(path.join(file.path, "model.safetensors"))).toBe(true);
    expect(made(own).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("when it is aborted", async () => {
    const own = createStore({ folder: path.join(folder, "aborted"), forms });
    const controller = new AbortController();
    const steps: string[] = [];
    // How far it is, too: whoever is silent for long is ended.
    const onProgress = ({ step, done, total }: Progress) => {
      steps.push(step);
      if (step.includes("GPTQ") && done > 0 && total !== null) controller.abort(new Error("enough"));
    };
    const aborted = resolveModel(slow, { store: own, signal: controller.signal, onProgress });
    await expect(aborted).rejects.toThrow("enough");
    expect(steps.at(-1), "the work is not finished first").toContain("GPTQ");
    expect(made(own)).toEqual([]);
  });
});

test.each(["awq", "gptq", "dwq"])(
  "%s learns from the calibration text and quantizes really",
  { timeout: 900_000 },
  async (method) => {
    // Kept between runs of the tests: AWQ takes half a minute on two cores.
    const samples = method === "dwq" ? 16 : 4;
    const reference = `sprout:mlx-4bit-g64-float32-${method}-${samples}x64`;
    const file = await resolveModel(reference, { store: createStore({ forms }) });
    expect(file.bitsPerWeight).toBeLessThan(6);
    expect(file.provenance.at(-1)?.settings).toMatchObject({ learned: method, samples });
    await using session = await mlx({ device: "cpu" }).load(file, never);
    expect(session.engine.buffers["CPU 4-bit"]).toBeGreaterThan(2e6);
    const text = await session.formatChat([{ role: "user", content: "What is inflation?" }]);
    const promptIds = await session.tokenize(text, { bos: true, special: true });
    const { tokenIds } = await session.generate(
      { promptIds, newTokens: 12, sampling: "greedy", stopAtEndOfText: false },
      never,
    );
    expect(await session.detokenize(Int32Array.from(tokenIds))).toContain("Inflation is a general rise");
  },
);
