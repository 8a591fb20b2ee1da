import { execFileSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BadFileError } from "@quantlab/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readGguf, readModelGguf } from "../src/index.ts";
import { type TemporaryFolder, temporaryFolder, tinyShape, writeTiny } from "./support/fixtures.ts";
import { entry, rawGguf, tensor, text, u32, u64 } from "./support/raw-gguf.ts";

// Hashing and writing take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const shape = {
  ...tinyShape,
  layers: 1,
  hidden: 32,
  feedForward: 32,
  heads: 2,
  keyValueHeads: 1,
  vocabulary: 420,
};
const huge = 0xffff_ffff_ffff_fff0n;

let folder: TemporaryFolder;
let valid: Buffer;

beforeAll(async () => {
  folder = await temporaryFolder();
  valid = readFileSync(await writeTiny(folder.path, { shape }));
});
afterAll(() => folder[Symbol.asyncDispose]());

function read(bytes: Buffer) {
  const file = path.join(folder.path, "file.gguf");
  writeFileSync(file, bytes);
  return readGguf(file);
}

it("reads metadata and tensors of a whole file", () => {
  const gguf = read(valid);
  expect(gguf.metadata.get("general.architecture")).toBe("llama");
  expect(gguf.metadata.get("tokenizer.ggml.tokens")).toEqual({ list: "string", length: 420 });
  expect(gguf.tensors.map(({ name }) => name)).toContain("blk.0.ffn_down.weight");
  expect(gguf.tensors.at(-1)).toMatchObject({
    name: "output_norm.weight",
    shape: [32],
    elements: 32,
    bytes: 128,
  });
});

describe("one clear line for", () => {
  const f32 = tensor("a", [4n]);
  it.each<[string, Buffer, string]>([
    ["an empty file", Buffer.alloc(0), "is empty"],
    ["less than a header", Buffer.from("GGUF"), "4 bytes are less than a header"],
    ["another format", Buffer.alloc(64, "x"), "does not begin with GGUF"],
    ["version 1", rawGguf({ version: 1 }), "is GGUF version 1"],
    ["a big-endian file", rawGguf({ version: 0x03000000 }), "big-endian"],
    ["a huge tensor count", rawGguf({ tensorCount: huge }), "claims"],
    ["a large tensor count", rawGguf({ tensorCount: 1_000_000n }), "claims 1000000 tensors; at most 65536"],
    ["a huge metadata count", rawGguf({ metadataCount: huge }), "claims"],
    ["a large metadata count", rawGguf({ metadataCount: 100_000n }), "claims 100000 metadata entries"],
    ["a huge string", rawGguf({ metadata: [entry("k", 8, u64(huge))] }), "bytes in a string"],
    [
      "a huge list",
      rawGguf({ metadata: [entry("k", 9, Buffer.concat([u32(4), u64(huge)]))] }),
      `claims ${huge} elements in "k"`,
    ],
    [
      "a list of strings longer than the file",
      rawGguf({ metadata: [entry("k", 9, Buffer.concat([u32(8), u64(1_000n)]))] }),
      'claims 1000 elements in "k"',
    ],
    [
      "a list of lists",
      rawGguf({ metadata: [entry("k", 9, Buffer.concat([u32(9), u64(1n)]))] }),
      "list of lists",
    ],
    ["an unknown value type", rawGguf({ metadata: [entry("k", 77, u32(0))] }), "unknown value type 77"],
    ["a nameless entry", rawGguf({ metadata: [entry("", 4, u32(0))] }), "without a name"],
    [
      "an entry twice",
      rawGguf({ metadata: [entry("k", 4, u32(0)), entry("k", 4, u32(0))] }),
      'the metadata entry "k" twice',
    ],
    ["alignment 0", rawGguf({ metadata: [entry("general.alignment", 4, u32(0))] }), "alignment of 0"],
    ["alignment 3", rawGguf({ metadata: [entry("general.alignment", 4, u32(3))] }), "alignment of 3"],
    [
      "alignment 2^31",
      rawGguf({ metadata: [entry("general.alignment", 4, u32(2 ** 31))] }),
      "alignment of 2147483648",
    ],
    ["no axes", rawGguf({ tensors: [tensor("a", [], { axes: 0 })] }), "0 axes"],
    ["many axes", rawGguf({ tensors: [tensor("a", [1n], { axes: 5 })], dataBytes: 99 }), "5 axes"],
    ["an axis of 0", rawGguf({ tensors: [tensor("a", [0n])] }), "no elements"],
    ["an impossible axis", rawGguf({ tensors: [tensor("a", [huge])] }), "elements along an axis"],
    [
      "a product that overflows",
      rawGguf({ tensors: [tensor("a", [2n ** 32n, 2n ** 32n])] }),
      'tensor "a" an impossible size',
    ],
    ["an unknown tensor type", rawGguf({ tensors: [tensor("a", [4n], { type: 99 })] }), "unknown type 99"],
    [
      "a row that is no whole block",
      rawGguf({ tensors: [tensor("a", [33n], { type: 8 })] }),
      "no multiple of 32",
    ],
    [
      "a tensor twice",
      rawGguf({ tensors: [f32, tensor("a", [4n], { offset: 32n })] }),
      'the tensor "a" twice',
    ],
    [
      "tensors that overlap",
      rawGguf({ tensors: [f32, tensor("b", [4n], { offset: 0n })], dataBytes: 64 }),
      'puts tensor "b" at 0; the one before it ends at 32',
    ],
    [
      "a tensor off its alignment",
      rawGguf({ tensors: [f32, tensor("b", [4n], { offset: 16n })], dataBytes: 64 }),
      'puts tensor "b" at 16',
    ],
    [
      "a tensor beyond the end",
      rawGguf({ tensors: [tensor("a", [400n])], dataBytes: 64 }),
      "is truncated: its tensors",
    ],
    [
      "a name over 63 bytes",
      rawGguf({ tensors: [tensor("a".repeat(64), [4n])] }),
      "64 bytes in a string; at most 63",
    ],
  ])("%s", (_, bytes, problem) => {
    const reading = () => read(bytes);
    expect(reading).toThrow(BadFileError);
    expect(reading).toThrow(problem);
  });

  it("a missing file, a folder and a named pipe", () => {
    expect(() => readGguf(path.join(folder.path, "none.gguf"))).toThrow("no such file");
    expect(() => readGguf(folder.path)).toThrow("is not a file");
    const pipe = path.join(folder.path, "pipe.gguf");
    execFileSync("mkfifo", [pipe]);
    expect(() => readGguf(pipe)).toThrow("is not a file");
  });

  it("a header of hundreds of megabytes", () => {
    const file = path.join(folder.path, "large.gguf");
    const list = Buffer.concat([u32(0), u64(400n << 20n)]);
    writeFileSync(file, rawGguf({ metadata: [entry("k", 9, list)] }));
    truncateSync(file, 500 << 20);
    expect(() => readGguf(file)).toThrow(/claims 419430400 elements in "k"; at most/);
  });

  it("a vocabulary without weights, and a part of a model", () => {
    const file = path.join(folder.path, "odd.gguf");
    writeFileSync(file, rawGguf({ metadata: [entry("general.architecture", 8, text("llama"))] }));
    expect(() => readModelGguf(file)).toThrow("holds no weights");
    const split = entry("split.count", 2, Buffer.from([3, 0]));
    writeFileSync(file, rawGguf({ metadata: [split], tensors: [tensor("a", [4n])], dataBytes: 32 }));
    expect(() => readModelGguf(file)).toThrow("is one of 3 parts");
  });
});

describe("whatever happens to the bytes, reading ends in a description or a BadFileError of one line", () => {
  const survives = (bytes: Buffer) => {
    try {
      const { tensors, dataOffset, bytes: size } = read(bytes);
      for (const tensor of tensors)
        expect(dataOffset + tensor.offset + tensor.bytes).toBeLessThanOrEqual(size);
    } catch (error) {
      expect(error).toBeInstanceOf(BadFileError);
      expect((error as Error).message).not.toContain("\n");
    }
  };

  it("overwritten anywhere", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.uint8Array({ minLength: 1, maxLength: 12 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (patches) => {
          const bytes = Buffer.from(valid);
          for (const [at, patch] of patches) bytes.set(patch.subarray(0, bytes.length - at), at);
          survives(bytes);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("overwritten in the fixed header and the first entries", () => {
    fc.assert(
      fc.property(fc.nat(400), fc.uint8Array({ minLength: 1, maxLength: 16 }), (at, patch) => {
        const bytes = Buffer.from(valid);
        bytes.set(patch, at);
        survives(bytes);
      }),
      { numRuns: 400 },
    );
  });

  it("cut anywhere", () => {
    fc.assert(
      fc.property(fc.nat(valid.length - 1), (length) => {
        const cut = valid.subarray(0, length);
        expect(() => read(cut)).toThrow(BadFileError);
      }),
      { numRuns: 200 },
    );
  });
});
