import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { copyFile, open, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BadFileError, type ModelFile, repositoryRoot, sha256, UsageError } from "@quantlab/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CatalogueEntry } from "../src/catalogue/entries.ts";
import {
  defaultStore,
  listModels,
  listOwnModels,
  model,
  modelInfo,
  modelSource,
  readGguf,
  removeModel,
  resolveModel,
  type Store,
} from "../src/index.ts";
import { createStore } from "../src/store.ts";
import {
  facts,
  storeWith,
  type TemporaryFolder,
  temporaryFolder,
  tinyEntry,
  tinyShape,
} from "./support/fixtures.ts";

const sprout = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");

/** Large enough that its quantizer runs for some seconds. */
const slow: CatalogueEntry = {
  ...facts,
  kind: "synthetic",
  id: "synthetic/slow",
  seed: 3,
  quantized: "derived",
  shape: { ...tinyShape, layers: 2, hidden: 1024, feedForward: 2048, heads: 8, keyValueHeads: 8 },
};

let folder: TemporaryFolder;
let store: Store;

beforeEach(async () => {
  folder = await temporaryFolder();
  store = await storeWith(folder.path, [tinyEntry, slow]);
});
afterEach(() => folder[Symbol.asyncDispose]());

const made = (id: string) => {
  const place = path.join(store.folder, "models", id);
  return existsSync(place) ? readdirSync(place) : [];
};

function resolveInProcess(reference: string) {
  const script = path.join(import.meta.dirname, "support/resolve-process.ts");
  const catalogue = path.join(folder.path, "catalogue.json");
  const child = spawn(process.execPath, [script, store.folder, folder.path, catalogue, reference]);
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  const done = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, output })),
  );
  return { child, done };
}

async function flipBit(file: string, at: number): Promise<void> {
  await using handle = await open(file, "r+");
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0]! ^= 1;
  await handle.write(byte, 0, 1, at);
}

describe("a file of the user's", () => {
  it("is quantized once, with its history, and found again", async () => {
    const source = modelSource(sprout, store);
    const q4 = await model(sprout, "Q4_K_M", store).resolve();
    const original = await source.resolve();
    expect(original.ref.quantization).toBe("F16");
    expect(q4.parameters).toBe(original.parameters);
    expect(q4.bitsPerWeight).toBeLessThan(8);
    expect(q4.synthetic).toBe(false);
    expect(q4.provenance.at(-1)).toMatchObject({ step: "quantize", inputSha256: original.sha256 });
    const steps: string[] = [];
    const again = await model(sprout, "Q4_K_M", store).resolve({
      onProgress: ({ step }) => steps.push(step),
    });
    expect(again).toEqual(q4);
    expect(steps).toEqual([]);
    expect((await modelInfo(`${sprout}:Q4_K_M`, store)).file).toEqual(q4);
  });

  it("is listed with what was made from it, and that can be removed", async () => {
    const mine = path.join(folder.path, "mine.gguf");
    await copyFile(sprout, mine);
    const { path: made, bytes } = await model(mine, "Q8_0", store).resolve();
    await model("synthetic/tiny", "Q8_0", store).resolve();
    const own = { id: "./mine.gguf", onDisk: [{ quantization: "Q8_0", path: made, bytes, origin: "made" }] };
    expect(await listOwnModels(store)).toEqual([own]);
    expect((await listModels(store)).flatMap(({ onDisk }) => onDisk)).toHaveLength(1);
    expect(await removeModel("./mine.gguf", store)).toEqual({ files: [made], bytes });
    expect(await listOwnModels(store)).toEqual([]);
    expect(existsSync(mine)).toBe(true);
  });

  it("that is quantized already is used as it is, and refused as a source", async () => {
    const { path: made } = await model(sprout, "Q4_0", store).resolve();
    const mine = path.join(folder.path, "mine.gguf");
    await copyFile(made, mine);
    expect((await model("sprout", "Q4_0").of(mine).resolve()).path).toBe(mine);
    const refused = resolveModel(`${mine}:Q5_0`, { store });
    await expect(refused).rejects.toThrow("is already quantized (Q4_0): Q5_0 made from it");
    await expect(removeModel(mine, store)).rejects.toThrow(UsageError);
    expect(existsSync(mine)).toBe(true);
  });

  it("is not made into a type that needs an importance matrix", async () => {
    const refused = model(sprout, "IQ2_XS", store).resolve();
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow("IQ2_XS needs an importance matrix");
  });
});

describe("a quantization of some tensors", () => {
  it("leaves the others as they are, and its name and history say which", async () => {
    const some = await model("synthetic/tiny", "F16+ffn=Q4_K", store).resolve();
    const types = readGguf(some.path).tensors.map(({ name, type }) => [name.replace(/\d+/, "*"), type.name]);
    expect(Object.fromEntries(types)).toMatchObject({
      "token_embd.weight": "F16",
      "blk.*.attn_q.weight": "F16",
      "blk.*.ffn_up.weight": "Q4_K",
    });
    expect(some.ref.quantization).toBe("F16+ffn=Q4_K");
    expect(some.provenance.at(-1)).toMatchObject({
      step: "quantize",
      settings: { type: "F16", tensorTypes: { ffn_: "Q4_K" } },
    });
    const listed = (await listModels(store)).flatMap(({ onDisk }) => onDisk);
    expect(listed.map(({ quantization }) => quantization)).toContain("F16+ffn=Q4_K");
  });

  it("is refused where the model has none of them", async () => {
    const output = model("synthetic/tiny", "Q8_0+output=Q4_0", store).resolve();
    await expect(output).rejects.toThrow("synthetic/tiny has no tensor of the class output");
  });
});

it("with an importance matrix a file remembers both the text and the weights that it was made from", async () => {
  const guided = await model("sprout", "Q4_0+imatrix+attn=IQ2_XS").resolve();
  const full = await model("sprout", "F16").resolve();
  const history = guided.provenance.slice(-2);
  expect(history.map(({ step }) => step)).toEqual(["calibrate", "quantize"]);
  expect(history.map(({ inputSha256 }) => inputSha256)).toEqual([full.sha256, full.sha256]);
  expect(history).toMatchObject([
    { settings: { calibration: "models/sprout/text/calibration.txt" } },
    { settings: { importanceMatrix: expect.stringMatching(/^[0-9a-f]{64}$/) } },
  ]);
  // The matrix is there now, for every other type.
  const steps: string[] = [];
  const other = model("sprout", "Q2_K_S+imatrix").resolve({ onProgress: ({ step }) => steps.push(step) });
  expect((await other).provenance.at(-2)).toEqual(history[0]);
  expect(steps.filter((step) => step.startsWith("importance matrix"))).toEqual([]);
}, 600_000);

it("the shipped F16 becomes F32 without a loss, and BF16 by rounding", async () => {
  const [half, full, rounded] = await Promise.all(
    ["F16", "F32", "BF16"].map(async (type) => {
      const { path: file } = await model("sprout", type).resolve();
      return valuesOf(file, "blk.3.ffn_up.weight");
    }),
  );
  // Counted: a difference of lists so long takes minutes to print.
  expect(full!.length).toBe(half!.length);
  expect(full!.filter((value, i) => value !== half![i]).length).toBe(0);
  const errors = rounded!.map((value, i) => Math.abs(value - half![i]!) / Math.abs(half![i]! || 1));
  const worst = errors.reduce((most, error) => Math.max(most, error), 0);
  expect(worst).toBeGreaterThan(0);
  expect(worst).toBeLessThanOrEqual(2 ** -8);
});

async function valuesOf(file: string, name: string): Promise<Float32Array> {
  const gguf = readGguf(file);
  const tensor = gguf.tensors.find((each) => each.name === name)!;
  await using handle = await open(file);
  const bytes = Buffer.from(new ArrayBuffer(tensor.bytes));
  await handle.read(bytes, 0, tensor.bytes, gguf.dataOffset + tensor.offset);
  if (tensor.type.name === "F32") return new Float32Array(bytes.buffer);
  if (tensor.type.name === "F16") return Float32Array.from(new Float16Array(bytes.buffer));
  return new Float32Array(Uint32Array.from(new Uint16Array(bytes.buffer), (half) => half << 16).buffer);
}

describe("two processes that want the same file", () => {
  it("make it once and both use it", async () => {
    await model("synthetic/slow", "F16", store).resolve();
    const results = await Promise.all([1, 2].map(() => resolveInProcess("synthetic/slow:Q4_K_M").done));
    const answers = results.map(({ code, output }) => {
      expect(code, output).toBe(0);
      return JSON.parse(output) as { model: ModelFile; steps: string[] };
    });
    expect(answers[0]!.model).toEqual(answers[1]!.model);
    const makers = answers.filter(({ steps }) => steps.some((step) => step.startsWith("quantize")));
    expect(makers).toHaveLength(1);
    expect(made("synthetic-slow").filter((name) => name.endsWith(".gguf"))).toHaveLength(2);
  });
});

describe("an interrupted derivation leaves no file under the final name", () => {
  const temporary = async () => {
    for (;;) {
      const name = made("synthetic-slow").find((name) => name.includes("Q4_K_M") && name.endsWith(".tmp"));
      if (name) return name;
      await sleep(20);
    }
  };

  it("when its process is killed, and the next one cleans up", async () => {
    await model("synthetic/slow", "F16", store).resolve();
    const { child, done } = resolveInProcess("synthetic/slow:Q4_K_M");
    await temporary();
    child.kill("SIGKILL");
    await done;
    expect(made("synthetic-slow").filter((name) => /Q4_K_M.*\.gguf(\.json)?$/.test(name))).toEqual([]);
    const q4 = await model("synthetic/slow", "Q4_K_M", store).resolve();
    expect(existsSync(q4.path)).toBe(true);
    expect(made("synthetic-slow").filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("when it is aborted", async () => {
    await model("synthetic/slow", "F16", store).resolve();
    const controller = new AbortController();
    const aborted = model("synthetic/slow", "Q4_K_M", store).resolve({ signal: controller.signal });
    await temporary();
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    expect(made("synthetic-slow").filter((name) => name.includes("Q4_K_M"))).toEqual([]);
  });
});

describe("a damaged file is refused with the remedy", () => {
  it("when the lab made it", async () => {
    const tiny = await model("synthetic/tiny", "Q4_K_M", store).resolve();
    await flipBit(tiny.path, tiny.bytes - 9);
    const damaged = model("synthetic/tiny", "Q4_K_M", store).resolve();
    await expect(damaged).rejects.toThrow(BadFileError);
    await expect(damaged).rejects.toMatchObject({
      message: expect.stringContaining("is damaged: its sha256 is"),
      remedy: expect.stringContaining("pnpm lab models remove synthetic/tiny:Q4_K_M"),
    });
    expect((await removeModel("synthetic/tiny:Q4_K_M", store)).bytes).toBe(tiny.bytes);
    expect(await model("synthetic/tiny", "Q4_K_M", store).resolve()).toEqual(tiny);
  });

  it("when it ships with the repository", async () => {
    const { catalogue } = defaultStore;
    const entry = catalogue().models.find(({ id }) => id === "sprout") as CatalogueEntry & { folder: string };
    await using place = await temporaryFolder();
    const own = await storeWith(place.path, [{ ...entry, folder: "." } as CatalogueEntry]);
    const file = path.join(place.path, "sprout-F16.gguf");
    await copyFile(sprout, file);
    await writeFile(
      path.join(place.path, "SHA256SUMS"),
      `${sha256(await readFile(sprout))}  sprout-F16.gguf\n`,
    );
    const whole = await model("sprout", "F16", own).resolve();
    expect(whole.provenance.map(({ step }) => step)).toEqual(["train", "convert"]);
    await expect(removeModel("sprout:F16", own)).rejects.toThrow("is part of this repository");
    await flipBit(file, (await readFile(file)).length - 100);
    await expect(model("sprout", "Q8_0", own).resolve()).rejects.toMatchObject({
      message: expect.stringContaining("is damaged"),
      remedy: expect.stringContaining("git checkout"),
    });
  });
});

it("removing without a quantization removes all that was made of a model", async () => {
  await model("synthetic/tiny", "Q4_K_M", store).resolve();
  await model("synthetic/tiny", "Q8_0", store).resolve();
  expect((await removeModel("synthetic/tiny", store)).files).toHaveLength(2);
  expect(made("synthetic-tiny")).toEqual([]);
  await expect(removeModel("synthetic/tiny", store)).rejects.toThrow("fetched or made nothing");
});

it("a second store over the same folder finds what the first made", async () => {
  const first = await model("synthetic/tiny", "Q8_0", store).resolve();
  const second = createStore({
    folder: store.folder,
    root: folder.path,
    catalogueFile: path.join(folder.path, "catalogue.json"),
  });
  expect(await model("synthetic/tiny", "Q8_0", second).resolve()).toEqual(first);
});
