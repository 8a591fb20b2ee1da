import { cp, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { BadFileError, repositoryRoot, transformersQuantizations, UnavailableError } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  listModels,
  model,
  modelInfo,
  readGguf,
  removeModel,
  resolveModel,
  type Store,
} from "../src/index.ts";
import { folderTensorName } from "../src/sources/synthetic/folder-names.ts";
import {
  storeWith,
  type TemporaryFolder,
  temporaryFolder,
  tinyEntry,
  tinyShape,
} from "./support/fixtures.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const sprout = path.join(repositoryRoot, "models/sprout/hf");
const tinyQwen = {
  ...tinyEntry,
  id: "synthetic/tiny-qwen",
  quantized: "derived",
  shape: { ...tinyShape, architecture: "qwen2", attentionBias: true },
} as const;

let folder: TemporaryFolder;
let store: Store;
beforeAll(async () => {
  folder = await temporaryFolder();
  store = await storeWith(folder.path, [tinyQwen, tinyEntry]);
});
afterAll(() => folder[Symbol.asyncDispose]());

it.each(transformersQuantizations)(
  "the shipped model as %s is its one folder, measured as it lies on disk",
  async (name) => {
    const file = await model("sprout", name).resolve();
    expect(file.ref).toEqual({ id: "sprout", form: "hf", quantization: name });
    expect(file.path).toBe(sprout);
    expect(file.bitsPerWeight).toBe(16);
    expect(file.parameters).toBe(5_639_424);
    expect(file.sha256).toBe((await model("sprout", "float16").resolve()).sha256);
  },
);

it("a folder is described by its configuration and its tensors, whatever a loader makes of it", async () => {
  const { ref, header } = await modelInfo("sprout:bnb-nf4");
  expect(ref.quantization).toBe("bnb-nf4");
  expect(header).toMatchObject({
    architecture: "llama",
    layers: 6,
    hidden: 256,
    vocabulary: 2048,
    context: 1024,
  });
  expect(header?.tensors).toEqual([{ type: "F16", count: expect.any(Number), bytes: 2 * 5_639_424 }]);
  expect(header?.chatTemplate).toContain("<|im_start|>");
});

describe("a folder of the user's", () => {
  const copy = async (name: string) => {
    const place = path.join(folder.path, name);
    await cp(sprout, place, { recursive: true });
    return place;
  };

  it("is what it holds, and every arm of Transformers gets it", async () => {
    const mine = await copy("my-folder");
    const own = await resolveModel(mine, { store });
    expect(own.ref).toEqual({ id: "./my-folder", form: "hf", quantization: "float16" });
    const arm = model("sprout", "bnb-nf4").of(mine);
    expect(arm.ref).toEqual({ id: "./my-folder", form: "hf", quantization: "bnb-nf4" });
    expect((await arm.resolve()).sha256).toBe(own.sha256);
  });

  it("that MLX packed says so, and is not taken for anything else", async () => {
    const packed = await copy("packed");
    const config = JSON.parse(await readFile(path.join(packed, "config.json"), "utf8")) as object;
    await writeFile(
      path.join(packed, "config.json"),
      JSON.stringify({ ...config, quantization: { bits: 4, group_size: 64 } }),
    );
    const own = await resolveModel(packed, { store });
    expect(own.ref).toMatchObject({ form: "mlx", quantization: "mlx-4bit-g64" });
    await expect(model("sprout", "float32").of(packed).resolve()).rejects.toThrow(UnavailableError);
  });

  it("cannot serve an arm on GGUF, nor a GGUF file one on folders", async () => {
    const mine = await copy("for-gguf");
    await expect(model("sprout", "Q4_K_M").of(mine).resolve()).rejects.toThrow(UnavailableError);
    const file = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");
    await expect(model("sprout", "bnb-int8").of(file).resolve()).rejects.toThrow(
      "is a GGUF file, and bnb-int8 needs a Hugging Face folder",
    );
  });

  it("that holds no model is refused in one line", async () => {
    const empty = path.join(folder.path, "empty");
    await mkdir(empty);
    const refused = resolveModel(empty, { store });
    await expect(refused).rejects.toThrow(BadFileError);
    await expect(refused).rejects.toThrow(`${empty}: is no model folder: it has no config.json`);
    await writeFile(path.join(empty, "config.json"), "{}");
    await expect(resolveModel(empty, { store })).rejects.toThrow("holds no weights");
  });

  it.each(["config.json", "tokenizer_config.json"])(
    "whose %s begins with a byte-order mark is refused",
    async (name) => {
      const mine = await copy(`marked-${name}`);
      const file = path.join(mine, name);
      await writeFile(file, `\ufeff${await readFile(file, "utf8")}`);
      await expect(resolveModel(mine, { store })).rejects.toMatchObject({
        message: `${file}: begins with a byte-order mark, which JSON may not`,
        remedy: "save it again as UTF-8 without one",
      });
    },
  );

  it("whose config.json is no object of JSON is not taken for one without", async () => {
    const mine = await copy("half");
    await writeFile(path.join(mine, "config.json"), "{");
    await expect(resolveModel(mine, { store })).rejects.toThrow(/config\.json: is not JSON: /);
    await writeFile(path.join(mine, "config.json"), "[]");
    await expect(resolveModel(mine, { store })).rejects.toThrow("config.json: is not an object of JSON");
  });
});

describe("a synthetic model as a Hugging Face folder", () => {
  it("holds the very values of its F16 file", async () => {
    const made = await model(tinyQwen.id, "float32", store).resolve();
    expect(made).toMatchObject({
      bitsPerWeight: 16,
      synthetic: true,
      ref: { form: "hf", quantization: "float32" },
    });
    const gguf = readGguf((await model(tinyQwen.id, "F16", store).resolve()).path);
    const fromFolder = await folderValues(path.join(made.path, "model.safetensors"));
    expect(fromFolder.size).toBe(gguf.tensors.length);
    await using file = await open(gguf.path);
    for (const tensor of gguf.tensors) {
      const bytes = Buffer.from(new ArrayBuffer(tensor.bytes));
      await file.read(bytes, 0, tensor.bytes, gguf.dataOffset + tensor.offset);
      const values =
        tensor.type.name === "F16" ? new Float16Array(bytes.buffer) : new Float32Array(bytes.buffer);
      const other = fromFolder.get(folderTensorName(tensor.name))!;
      expect(other.shape).toEqual(tensor.shape.toReversed());
      expect(Buffer.compare(bytesOf(other.values), bytesOf(Float32Array.from(values))), tensor.name).toBe(0);
    }
  });

  it("says that it is synthetic, is made once, listed, and removed", async () => {
    const first = await model(tinyQwen.id, "bfloat16", store).resolve();
    const config = JSON.parse(await readFile(path.join(first.path, "config.json"), "utf8")) as object;
    expect(config).toMatchObject({
      quantlab_synthetic: true,
      quantlab_label: expect.stringContaining("random weights"),
    });
    expect((await model(tinyQwen.id, "bnb-nf4", store).resolve()).path).toBe(first.path);
    const listed = (await listModels(store)).find(({ entry }) => entry.id === tinyQwen.id)!;
    expect(listed.onDisk).toContainEqual(
      expect.objectContaining({ path: first.path, quantization: "bfloat16" }),
    );
    expect((await removeModel(`${tinyQwen.id}:bnb-nf4`, store)).files).toEqual([first.path]);
    expect((await modelInfo(`${tinyQwen.id}:bfloat16`, store)).file).toBeNull();
  });

  it("is made anew over what an interrupted attempt left", async () => {
    const first = await model(tinyQwen.id, "bfloat16", store).resolve();
    await rm(`${first.path}.json`);
    await writeFile(path.join(first.path, "model.safetensors"), "half");
    await mkdir(`${first.path}.1.tmp`);
    expect(await model(tinyQwen.id, "bfloat16", store).resolve()).toEqual(first);
    await expect(readFile(`${first.path}.1.tmp`)).rejects.toThrow("ENOENT");
  });

  it("that was damaged is refused with the remedy", async () => {
    const { path: place } = await model(tinyQwen.id, "bfloat16", store).resolve();
    await writeFile(path.join(place, "generation_config.json"), "{}");
    await expect(model(tinyQwen.id, "float16", store).resolve()).rejects.toMatchObject({
      message: expect.stringContaining("is damaged"),
      remedy: expect.stringContaining(`pnpm lab models remove ${tinyQwen.id}:bfloat16`),
    });
    await removeModel(tinyQwen.id, store);
  });

  it("is not had of a model that is written in quantized types only", async () => {
    await expect(model("synthetic/tiny", "bfloat16", store).resolve()).rejects.toThrow(UnavailableError);
    await expect(model("sprout", "float32").of("synthetic/mistral-7b").resolve()).rejects.toThrow(
      "synthetic/mistral-7b is made only as GGUF files",
    );
  });
});

/** Tensors of a bfloat16 safetensors file as float32, by name. */
async function folderValues(file: string) {
  const bytes = await readFile(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const { __metadata__: _, ...entries } = JSON.parse(bytes.toString("utf8", 8, start)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  return new Map(
    Object.entries(entries).map(
      ([
        name,
        {
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const values = new Float32Array((to - from) / 2);
        const bits = new Uint32Array(values.buffer);
        for (let i = 0; i < bits.length; i++) bits[i] = bytes.readUInt16LE(start + from + 2 * i) << 16;
        return [name, { shape, values }];
      },
    ),
  );
}

function bytesOf(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
