import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  BadFileError,
  ggufFileTypes,
  needsImportanceMatrix,
  sha256,
  UnknownNameError,
  UsageError,
} from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  fileTypes,
  metadataNumber,
  type QuantizeRequest,
  quantizeFile,
  readGguf,
  readImportanceMatrix,
} from "../src/index.ts";
import { quantizedHeader } from "../src/quantize/header.ts";
import { madeUpMatrix, writeMatrix } from "./matrix-file.ts";
import { sprout } from "./sprout.ts";

let folder: string;
let matrix: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-quantize-options-"));
  matrix = await writeMatrix(path.join(folder, "matrix.gguf"), madeUpMatrix(sprout));
});
afterAll(() => rm(folder, { recursive: true }));

let made = 0;
function quantize(request: Partial<QuantizeRequest>) {
  const output = path.join(folder, `${++made}.gguf`);
  const quantized = quantizeFile({ input: sprout, type: "Q4_0", output, ...request });
  return { output, quantized };
}

/** Tensor types of a file by name, the layers' numbers as "*". */
function typesIn(file: string): Record<string, string> {
  const types = Map.groupBy(readGguf(file).tensors, ({ name }) => name.replace(/\d+/, "*"));
  return Object.fromEntries(
    [...types].map(([name, group]) => [name, [...new Set(group.map(({ type }) => type.name))].join(" ")]),
  );
}

/** A real run is the one that was planned: the types, the size, and every byte before the weights. */
async function requireAsPlanned(request: QuantizeRequest, planned: ReturnType<typeof quantizeFile>) {
  const real = readGguf(request.output);
  expect(real.bytes).toBe(planned.fileBytes);
  expect(real.tensors.map(({ name, type }) => [name, type.name])).toEqual(
    planned.tensors.map(({ name, to }) => [name, to]),
  );
  const given = request.importanceMatrix;
  const importance = given === undefined ? null : readImportanceMatrix(given);
  const { header } = quantizedHeader(request, readGguf(request.input), importance, planned);
  expect(header.equals((await readFile(request.output)).subarray(0, real.dataOffset))).toBe(true);
}

/** The sha256 of all weights. */
async function weights(file: string): Promise<string> {
  return sha256((await readFile(file)).subarray(readGguf(file).dataOffset));
}

describe("a dry run", () => {
  test.each(ggufFileTypes)("knows what %s will be and writes nothing", async (type) => {
    const { output, quantized } = quantize({ type, dryRun: true });
    expect(existsSync(output)).toBe(false);
    expect(quantized.tensors).toHaveLength(readGguf(sprout).tensors.length);
    // The slow ones are held to the same sum over the same log lines.
    if (needsImportanceMatrix(type) || type.startsWith("IQ")) return;
    const request = { input: sprout, output, type };
    quantizeFile(request);
    await requireAsPlanned(request, quantized);
  });

  test("counts what a matrix and types of one's own add", async () => {
    const request = {
      type: "Q3_K_S",
      importanceMatrix: matrix,
      tensorTypes: { "blk\\.0\\.": "Q8_0" },
    } as const;
    const { quantized } = quantize({ ...request, dryRun: true });
    const { output } = quantize(request);
    await requireAsPlanned({ ...request, input: sprout, output }, quantized);
  });

  test("counts what a full type with types of one's own adds", async () => {
    const request = {
      type: "F16",
      tensorTypes: { ffn_: "Q4_K" },
    } as const;
    const { output, quantized } = quantize(request);
    await requireAsPlanned({ ...request, input: sprout, output }, quantized);
  });
});

describe("types of one's own", () => {
  test("go to the tensors whose names the expression finds, the first that does", () => {
    const types = typesIn(
      quantize({ type: "Q4_K_M", tensorTypes: { "ffn_(up|gate)": "Q4_0", ffn_: "Q8_0", attn_v: "F16" } })
        .output,
    );
    expect(types).toMatchObject({
      "blk.*.ffn_up.weight": "Q4_0",
      "blk.*.ffn_gate.weight": "Q4_0",
      "blk.*.ffn_down.weight": "Q8_0",
      "blk.*.attn_v.weight": "F16",
      "blk.*.attn_q.weight": "Q4_K",
      "blk.*.attn_norm.weight": "F32",
    });
  });

  test("hold for a file of full weights too, which then says that it is one", () => {
    const { output } = quantize({ type: "F16", tensorTypes: { ffn_: "Q4_K" } });
    expect(typesIn(output)).toMatchObject({
      "blk.*.ffn_down.weight": "Q4_K",
      "blk.*.attn_q.weight": "F16",
      "token_embd.weight": "F16",
      "output_norm.weight": "F32",
    });
    expect(metadataNumber(readGguf(output).metadata, "general.file_type")).toBe(fileTypes.F16);
  });

  test("can be given to the embeddings and the output", () => {
    expect(typesIn(quantize({ embeddingType: "Q8_0" }).output)).toMatchObject({
      "token_embd.weight": "Q8_0",
      "blk.*.attn_q.weight": "Q4_0",
    });
    // The shipped model's embeddings serve as output.
    expect(typesIn(quantize({ outputType: "Q5_1" }).output)).toMatchObject({ "token_embd.weight": "Q5_1" });
  });

  test("pure leaves no finer layers", () => {
    const pure = typesIn(quantize({ type: "Q4_K_M", pure: true }).output);
    expect(new Set(Object.values(pure))).toEqual(new Set(["F32", "Q4_K"]));
  });
});

describe("an importance matrix", () => {
  test("changes the weights, and the file says how large it was", async () => {
    const [plain, guided] = [quantize({}), quantize({ importanceMatrix: matrix })];
    expect(await weights(guided.output)).not.toBe(await weights(plain.output));
    const { metadata } = readGguf(guided.output);
    expect(metadataNumber(metadata, "quantize.imatrix.chunks_count")).toBe(4);
    expect(metadataNumber(metadata, "quantize.imatrix.entries_count")).toBe(
      Object.keys(madeUpMatrix(sprout)).length,
    );
  });

  test("lets the types be made that need one", () => {
    expect(typesIn(quantize({ type: "IQ2_XXS", importanceMatrix: matrix }).output)).toMatchObject({
      "blk.*.attn_q.weight": "IQ2_XXS",
    });
  });

  test("is read as means: sums by how many activations, one for an expert that was never asked", async () => {
    const file = await writeMatrix(path.join(folder, "experts.gguf"), {
      "blk.0.ffn_down_exps.weight": { sums: [6, 9, 5, 5, 0.3, 0.6], counts: [3, 0, 0.9] },
    });
    const { entries, chunks, chunkSize } = readImportanceMatrix(file);
    expect({ chunks, chunkSize }).toEqual({ chunks: 4, chunkSize: 128 });
    expect(entries.get("blk.0.ffn_down_exps.weight")).toEqual(Float32Array.of(2, 3, 1, 1, 0.3, 0.6));
  });

  const down = "blk.1.ffn_down.weight";
  const own = madeUpMatrix(sprout);
  const without = (part: string) =>
    Object.fromEntries(Object.entries(own).filter(([name]) => !name.startsWith(part)));
  const wide = { sums: [...own[down]!.sums, 1], counts: [1] };
  test.each([
    ["more layers", { ...own, "blk.99.ffn_down.weight": own[down]! }, "it speaks of blk.99.ffn_down.weight"],
    ["other widths", { ...own, [down]: wide }, "columns, in the matrix"],
    ["fewer layers", without("blk.1."), "it says nothing of layer 1"],
  ])("of another model, with %s, is refused", async (what, entries, why) => {
    const file = await writeMatrix(path.join(folder, `${what}.gguf`), entries);
    const wrong = () => quantize({ importanceMatrix: file });
    expect(wrong).toThrow(BadFileError);
    expect(wrong).toThrow(`${file}: is the importance matrix of another model than ${sprout}`);
    expect(wrong).toThrow(why);
  });

  test("that is none, or broken, is refused", async () => {
    const broken = async (name: string, ...contents: [typeof own, Parameters<typeof writeMatrix>[2]?]) => {
      const file = await writeMatrix(path.join(folder, `${name}.gguf`), ...contents);
      return () => quantize({ importanceMatrix: file });
    };
    expect(() => quantize({ importanceMatrix: sprout })).toThrow("is a GGUF file, but no importance matrix");
    expect(() => quantize({ importanceMatrix: `${sprout}.no` })).toThrow("no such file");
    expect(await broken("bare", own, {})).toThrow("is a GGUF file, but no importance matrix");
    expect(await broken("empty", {})).toThrow("holds no importance data");
    const infinite = { [down]: { sums: own[down]!.sums.map(() => Number.NaN), counts: [1] } };
    expect(await broken("infinite", infinite)).toThrow(`has a value for ${down} that is no finite number`);
  });

  test("that says nothing of a tensor whose type needs it is refused before any work", () => {
    const wrong = quantize.bind(null, { type: "Q4_K_M", embeddingType: "IQ2_XS", importanceMatrix: matrix });
    expect(wrong).toThrow(UsageError);
    expect(wrong).toThrow(/makes token_embd.weight IQ2_XS, and .*matrix.gguf says nothing of it/);
    const none = quantize.bind(null, { type: "Q4_K_M", embeddingType: "IQ2_XS" });
    expect(none).toThrow("that needs an importance matrix");
  });
});

describe("refused before any work", () => {
  test("a quantized input, unless the double loss is accepted", () => {
    const { output: input } = quantize({ type: "Q8_0" });
    expect(() => quantize({ input })).toThrow(BadFileError);
    expect(() => quantize({ input })).toThrow("is already quantized (Q8_0): Q4_0 made from it would carry");
    expect(typesIn(quantize({ input, allowRequantize: true }).output)).toMatchObject({
      "blk.*.attn_q.weight": "Q4_0",
    });
  });

  test.each<[string, Partial<QuantizeRequest>, string]>([
    ["an expression that finds nothing", { tensorTypes: { fnn_: "Q8_0" } }, 'has a name that "fnn_" finds'],
    ["one that is none", { tensorTypes: { "ffn_(": "Q8_0" } }, '"ffn_(" is no regular expression'],
    ["a type that needs a matrix", { tensorTypes: { ffn_: "IQ2_S" } }, "IQ2_S for ffn_ needs an importance"],
    [
      "an output type without an output",
      { outputType: "Q8_0", pure: true },
      "the model has no output.weight",
    ],
  ])("%s", (_, request, problem) => {
    expect(() => quantize(request)).toThrow(UsageError);
    expect(() => quantize(request)).toThrow(problem);
  });

  test("a tensor type that does not exist, with the nearest one", () => {
    const wrong = () => quantize({ tensorTypes: { ffn_: "Q4_KM" as never } });
    expect(wrong).toThrow(UnknownNameError);
    expect(wrong).toThrow(expect.objectContaining({ suggestion: "Q4_K" }));
  });
});
