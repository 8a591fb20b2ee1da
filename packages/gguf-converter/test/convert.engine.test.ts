import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  BadFileError,
  knownName,
  type ModelFile,
  type Progress,
  type ResolveOptions,
  repositoryRoot,
  type TextSession,
  UnavailableError,
  UnknownNameError,
} from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import {
  createStore,
  keepModel,
  readGguf,
  resolveFullWeights,
  resolveModel,
  type Store,
  writeModel,
} from "@quantlab/model-store";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { transformersCpu, transformersEngine } from "@quantlab/transformers-cpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conversionTypes, ggufConversion, ggufForm } from "../src/index.ts";

const sprout = path.join(repositoryRoot, "models/sprout");
const never = new AbortController().signal;

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-convert-"));
  store = createStore({
    folder: path.join(folder, "lab"),
    root: repositoryRoot,
    catalogueFile: path.join(repositoryRoot, "models/catalogue.json"),
  });
  await pythonEnvironment(transformersEngine).ensure();
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const source = (place = path.join(sprout, "hf")) => resolveFullWeights(place, { store });
const convert = (folder: ModelFile, output: string, options: ResolveOptions = {}) =>
  writeModel(store, ggufConversion(folder, "F16"), output, options);

describe("the shipped model's folder", () => {
  test("becomes the shipped file, byte for byte", async () => {
    const output = path.join(folder, "sprout.gguf");
    const made = await writeModel(store, ggufConversion(await source(), "F16", "Sprout"), output, {});
    const shipped = path.join(sprout, "sprout-F16.gguf");
    expect(readGguf(output).metadata).toEqual(readGguf(shipped).metadata);
    expect((await readFile(output)).equals(await readFile(shipped))).toBe(true);
    expect(made.ref).toMatchObject({ form: "gguf", quantization: "F16" });
    expect(made.provenance.at(-1)).toMatchObject({
      step: "convert",
      settings: { type: "F16", name: "Sprout" },
    });
  });

  test("is converted once and kept", async () => {
    const model = await source();
    const made = await keepModel(store, ggufConversion(model, "Q8_0"), {});
    expect(made.bitsPerWeight).toBeCloseTo(8.5, 0);
    expect(made.provenance.at(-1)!.inputSha256).toBe(model.sha256);
    const onProgress = () => expect.unreachable("it is there already");
    expect(await keepModel(store, ggufConversion(model, "Q8_0"), { onProgress })).toEqual(made);
    const types = new Set(readGguf(made.path).tensors.map(({ type }) => type.name));
    expect([...types].sort()).toEqual(["F32", "Q8_0"]);
  });

  test("ends at once and leaves nothing when it is cancelled, and never touches what lies at the output", async () => {
    const output = path.join(folder, "before.gguf");
    const cancel = new AbortController();
    // It is told of once the file is begun, and would be to the end of the work.
    let percent = 0;
    const onProgress = ({ step, done }: Progress) => {
      if (!step.startsWith("convert to")) return;
      percent = done;
      cancel.abort(new Error("enough"));
    };
    const converted = convert(await source(), output, { signal: cancel.signal, onProgress });
    await expect(converted).rejects.toThrow("enough");
    expect(percent).toBeLessThan(100);
    expect((await readdir(folder)).filter((name) => name.startsWith("before"))).toEqual([]);
    await writeFile(output, "as it was");
    await expect(convert(await source(), output)).rejects.toThrow(/exists already/);
    expect(await readFile(output, "utf8")).toBe("as it was");
  });
});

test("a folder of the user's is had in any GGUF quantization, through the type that holds it exactly", async () => {
  const mine = path.join(folder, "mine");
  await cp(path.join(sprout, "hf"), mine, { recursive: true });
  const withForm = { ...store, forms: [ggufForm] };
  const q4 = await resolveModel(`${mine}:Q4_0`, { store: withForm });
  expect(q4.ref).toMatchObject({ form: "gguf", quantization: "Q4_0" });
  expect(q4.provenance.map(({ step }) => step)).toEqual(["convert", "quantize"]);
  const full = await resolveModel(`${mine}:F16`, { store: withForm });
  expect(q4.provenance.at(-1)!.inputSha256).toBe(full.sha256);
  await expect(resolveModel(`${mine}:Q4_0`, { store })).rejects.toThrow(UnavailableError);
});

describe("refused", () => {
  const typeFrom = (typed: string) => knownName("GGUF type", typed, conversionTypes);

  test("a type that the converter does not write, with the nearest one", () => {
    expect(() => typeFrom("FP16")).toThrow(UnknownNameError);
    expect(typeFrom("f16")).toBe("F16");
  });

  test("a folder that is not there, one that is no model, and a file that is GGUF already", async () => {
    await expect(source(path.join(folder, "absent"))).rejects.toThrow(/absent: cannot be read as a folder/);
    await mkdir(path.join(folder, "empty"));
    await expect(source(path.join(folder, "empty"))).rejects.toThrow(/empty: holds no weights/);
    const gguf = await resolveModel(path.join(sprout, "sprout-F16.gguf"), { store });
    expect(() => ggufConversion(gguf, "F32")).toThrow(UnavailableError);
  });

  test("a model that the converter does not know, in the converter's own words", async () => {
    const strange = path.join(folder, "strange");
    await cp(path.join(sprout, "hf"), strange, { recursive: true });
    const file = path.join(strange, "config.json");
    const config = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...config, architectures: ["StrangeForCausalLM"] }));
    const output = path.join(folder, "strange.gguf");
    const converted = convert(await source(strange), output);
    await expect(converted).rejects.toThrow(BadFileError);
    await expect(converted).rejects.toThrow(/Model StrangeForCausalLM is not supported/);
    expect((await readdir(folder)).filter((name) => name.startsWith("strange.gguf"))).toEqual([]);
  });
});

test("a Qwen2 model made on the spot loads and goes on as Transformers does for 64 tokens", async () => {
  const place = path.join(folder, "qwen2");
  const python = await pythonEnvironment(transformersEngine).ensure();
  const program = path.join(import.meta.dirname, "fixtures/qwen2.py");
  execFileSync(python, [program, path.join(sprout, "hf"), place], { stdio: "ignore" });
  const model = await source(place);
  const converted = await keepModel(store, ggufConversion(model, "F32"), {});
  expect(readGguf(converted.path).metadata.get("general.architecture")).toBe("qwen2");
  const engine = llamacppEngine({ threads: 1, gpu: false, kvCacheTypes: ["f32", "f32"] });
  await using ours = await engine.load(converted, never);
  await using theirs = await transformersCpu({ threads: 1 }).load(
    { ...model, ref: { ...model.ref, quantization: "float32" } },
    never,
  );
  // Given as ids: Transformers reads every Qwen2 folder with a tokenizer of Qwen2's own kind.
  for (const prompt of ["The mayor bought three apples.", "One day", "What is the capital?"]) {
    const promptIds = await ours.tokenize(prompt, { bos: true, special: true });
    expect(await goOn(ours, promptIds)).toEqual(await goOn(theirs, promptIds));
  }
});

async function goOn(session: TextSession, promptIds: Int32Array): Promise<readonly number[]> {
  const request = { promptIds, newTokens: 64, sampling: "greedy", stopAtEndOfText: false } as const;
  return (await session.generate(request, never)).tokenIds;
}
