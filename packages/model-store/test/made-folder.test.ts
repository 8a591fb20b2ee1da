import { existsSync, readdirSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { UnavailableError } from "@quantlab/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Form,
  keepModel,
  listModels,
  model,
  modelInfo,
  type Recipe,
  removeModel,
  resolveFullWeights,
  resolveModel,
  type Store,
} from "../src/index.ts";
import { storeWith, type TemporaryFolder, temporaryFolder, tinyEntry } from "./support/fixtures.ts";

let folder: TemporaryFolder;
let store: Store;
beforeEach(async () => {
  folder = await temporaryFolder();
  const form: Form = {
    form: "mlx",
    recipe: async ({ ref }) =>
      ref.quantization === "mlx-4bit-g64" ? recipe() : recipe({ ref, key: "other" }),
  };
  store = { ...(await storeWith(folder.path, [tinyEntry])), forms: [form] };
});
afterEach(() => folder[Symbol.asyncDispose]());

/** A folder of one safetensors file with 64 weights in 4 bits, their scales and their offsets. */
async function writeFolder(place: string): Promise<void> {
  const header = Buffer.from(
    JSON.stringify({
      "layer.weight": { dtype: "U32", shape: [1, 8], data_offsets: [0, 32] },
      "layer.scales": { dtype: "F16", shape: [1, 1], data_offsets: [32, 34] },
      "layer.biases": { dtype: "F16", shape: [1, 1], data_offsets: [34, 36] },
    }),
  );
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  await mkdir(place);
  await writeFile(
    path.join(place, "model.safetensors"),
    Buffer.concat([prefix, header, Buffer.alloc(36, 1)]),
  );
  await writeFile(
    path.join(place, "config.json"),
    JSON.stringify({ quantization: { bits: 4, group_size: 64 } }),
  );
}

const recipe = (changes: Partial<Recipe> = {}): Recipe => ({
  ref: { id: "synthetic/tiny", form: "mlx", quantization: "mlx-4bit-g64" },
  key: "0123456789abcdef",
  provenance: [],
  synthetic: true,
  async make(temporary) {
    await writeFolder(temporary);
    return null;
  },
  ...changes,
});

const made = () => {
  const place = path.join(store.folder, "models/synthetic-tiny");
  return existsSync(place) ? readdirSync(place) : [];
};

describe("a folder that the lab makes", () => {
  it("is made once, described by what is in it, found by its name, listed and removed", async () => {
    const first = await keepModel(store, recipe(), {});
    expect(first).toMatchObject({ parameters: 64, bitsPerWeight: 4.5, synthetic: true });
    const make = () => Promise.reject(new Error("made again"));
    expect(await keepModel(store, recipe({ make }), {})).toEqual(first);
    expect(await model("synthetic/tiny", "mlx-4bit-g64", store).resolve()).toEqual(first);
    expect((await listModels(store))[0]?.onDisk).toEqual([
      { quantization: "mlx-4bit-g64", path: first.path, bytes: first.bytes, origin: "made" },
    ]);
    expect(await removeModel("synthetic/tiny:mlx-4bit-g64", store)).toEqual({
      files: [first.path],
      bytes: first.bytes,
    });
    expect(made()).toEqual([]);
    expect((await modelInfo("synthetic/tiny:mlx-4bit-g64", store)).file).toBe(null);
    const formless = { ...store, forms: [] };
    const refused = resolveModel("synthetic/tiny:mlx-4bit-g64", { store: formless });
    await expect(refused).rejects.toThrow("takes an engine's package to convert it");
    expect((await modelInfo("synthetic/tiny:mlx-4bit-g64", formless)).file).toBe(null);
    expect((await resolveModel("synthetic/tiny:mlx-4bit-g64", { store })).sha256).toBe(first.sha256);
  });

  it("leaves nothing when making it fails or is given up halfway, and what lay there is replaced", async () => {
    const half = recipe({
      async make(temporary) {
        await writeFolder(temporary);
        throw new Error("halfway");
      },
    });
    await expect(keepModel(store, half, {})).rejects.toThrow("halfway");
    expect(made()).toEqual([]);
    const whole = await keepModel(store, recipe(), {});
    await appendFile(path.join(whole.path, "leftover.json"), "{}");
    const sidecar = `${whole.path}.json`;
    const description = await readFile(sidecar, "utf8");
    // A process that was killed after the move and before the description.
    await removeModel("synthetic/tiny", store);
    await mkdir(whole.path);
    await writeFile(path.join(whole.path, "leftover.json"), "{}");
    expect(await keepModel(store, recipe(), {})).toEqual(whole);
    expect(await readFile(sidecar, "utf8")).toBe(description);
  });

  it("is refused with the remedy when a file in it changed", async () => {
    const { path: place } = await keepModel(store, recipe(), {});
    await appendFile(path.join(place, "config.json"), " ");
    await expect(keepModel(store, recipe(), {})).rejects.toMatchObject({
      message: expect.stringContaining("is damaged"),
      remedy: expect.stringContaining("pnpm lab models remove synthetic/tiny:mlx-4bit-g64"),
    });
  });

  it("that holds no weights is not kept", async () => {
    const empty = recipe({
      async make(temporary) {
        await mkdir(temporary);
        return null;
      },
    });
    await expect(keepModel(store, empty, {})).rejects.toThrow("holds no weights");
    expect(made()).toEqual([]);
  });
});

describe("full weights", () => {
  it("are a folder of the user's, described", async () => {
    const place = path.join(folder.path, "mine");
    await writeFolder(place);
    const { ref, path: found, parameters } = await resolveFullWeights(place, { store });
    expect({ form: ref.form, found, parameters }).toEqual({ form: "hf", found: place, parameters: 64 });
  });

  it("cannot be had of models without such a form, and of files", async () => {
    const refused = (id: string) => expect(resolveFullWeights(id, { store })).rejects;
    await refused("synthetic/tiny").toThrow(UnavailableError);
    await refused("./model.gguf").toThrow("is a GGUF file");
    await refused("tiny").toThrow('unknown model "tiny"');
  });
});
