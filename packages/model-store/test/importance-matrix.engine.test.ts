import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { BadFileError, EngineError, repositoryRoot, sha256, UsageError } from "@quantlab/core";
import { readImportanceMatrix } from "@quantlab/llama-capi";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  calibrationText,
  keepImportanceMatrix,
  removeModel,
  resolveModel,
  type Store,
  writeImportanceMatrix,
} from "../src/index.ts";
import {
  storeWith,
  type TemporaryFolder,
  temporaryFolder,
  tinyShape,
  writeTiny,
} from "./support/fixtures.ts";

const sprout = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");
const few = { chunkSize: 64, chunks: 4, threads: 1 };

let folder: TemporaryFolder;
let store: Store;
beforeEach(async () => {
  folder = await temporaryFolder();
  store = await storeWith(folder.path, []);
});
afterEach(() => folder[Symbol.asyncDispose]());

const source = (file = sprout) => resolveModel(file, { store });

test("a matrix is computed once, kept with its history, and removed with the model", async () => {
  const model = await source();
  const steps: number[] = [];
  const made = await keepImportanceMatrix(model, calibrationText, {
    ...few,
    store,
    onProgress: ({ done, unit }) => unit === "steps" && steps.push(done),
  });
  expect(steps.at(-1)).toBe(4);
  expect(made.sha256).toBe(sha256(await readFile(made.path)));
  expect(made.provenance).toMatchObject({
    step: "calibrate",
    settings: { calibration: "models/sprout/text/calibration.txt", chunks: 4, chunkSize: 64 },
    inputSha256: model.sha256,
  });
  const { chunks, chunkSize, entries } = readImportanceMatrix(made.path);
  expect([chunks, chunkSize, entries.size]).toEqual([4, 64, 42]);
  const onProgress = () => expect.unreachable("it is there already");
  expect(await keepImportanceMatrix(model, calibrationText, { ...few, store, onProgress })).toEqual(made);
  const others = await keepImportanceMatrix(model, calibrationText, { ...few, store, chunks: 2 });
  expect(others.sha256).not.toBe(made.sha256);
  const removed = await removeModel(sprout, store);
  expect(removed.files.toSorted()).toEqual([made.path, others.path].toSorted());
  expect(readdirSync(path.dirname(made.path))).toEqual([]);
});

test("one that was changed on disk is refused", async () => {
  const model = await source();
  const { path: file } = await keepImportanceMatrix(model, calibrationText, { ...few, store });
  const bytes = await readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(file, bytes);
  const again = keepImportanceMatrix(model, calibrationText, { ...few, store });
  await expect(again).rejects.toThrow(BadFileError);
  await expect(again).rejects.toThrow(/is damaged/);
});

test("test text is refused as calibration text, whole or in part", async () => {
  const model = await source();
  const test = path.join(repositoryRoot, "models/sprout/text/test.txt");
  const [part, more] = [path.join(folder.path, "part.txt"), path.join(folder.path, "more.txt")];
  const text = await readFile(test, "utf8");
  await writeFile(part, text.slice(1000, 20_000));
  await writeFile(more, `Some words before.\n${text}`);
  for (const file of [test, part, more]) {
    const refused = keepImportanceMatrix(model, file, { ...few, store });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(/holds test text \(sprout-test@1\)/);
  }
  await expect(keepImportanceMatrix(model, "/no/such.txt", { ...few, store })).rejects.toThrow(
    /cannot be read/,
  );
});

test("a text that is too short leaves no file", async () => {
  const short = path.join(folder.path, "short.txt");
  await writeFile(short, "The mayor bought three apples.");
  const made = keepImportanceMatrix(await source(), short, { ...few, store });
  await expect(made).rejects.toThrow(EngineError);
  await expect(made).rejects.toThrow(/two chunks of 64 are the least/);
  expect(readdirSync(path.join(store.folder, "models"), { recursive: true }).join()).not.toContain(
    ".imatrix",
  );
});

test("a cancel ends the work and leaves what lay there before", async () => {
  const output = path.join(folder.path, "mine.imatrix");
  await writeImportanceMatrix(await source(), calibrationText, output, few);
  const before = await readFile(output);
  const cancel = new AbortController();
  const options = {
    chunkSize: 512,
    threads: 1,
    signal: cancel.signal,
    onProgress: () => cancel.abort(new Error("enough")),
  };
  await expect(writeImportanceMatrix(await source(), calibrationText, output, options)).rejects.toThrow(
    "enough",
  );
  expect(await readFile(output)).toEqual(before);
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("the output's matrix is taken on request, where the model has one", async () => {
  const file = await writeTiny(folder.path, { shape: { ...tinyShape, tiedEmbeddings: false } });
  const model = await source(file);
  const [with_, without] = [true, false].map((processOutput) =>
    path.join(folder.path, `${processOutput}.gguf`),
  );
  await writeImportanceMatrix(model, calibrationText, with_!, { ...few, processOutput: true });
  await writeImportanceMatrix(model, calibrationText, without!, few);
  expect(readImportanceMatrix(with_!).entries.has("output.weight")).toBe(true);
  expect(readImportanceMatrix(without!).entries.has("output.weight")).toBe(false);
});
