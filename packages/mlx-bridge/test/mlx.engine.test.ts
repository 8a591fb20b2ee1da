import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { GenerateRequest, ModelFile, TextSession } from "@quantlab/core";
import { createStore, resolveModel } from "@quantlab/model-store";
import { allLogits, isAlive } from "@quantlab/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mlx, mlxForm } from "../src/index.ts";

const store = createStore({ forms: [mlxForm] });
const never = new AbortController().signal;
let file: ModelFile;
let session: TextSession;
let promptIds: Int32Array;

beforeAll(async () => {
  await mlx().prepare!();
  file = await resolveModel("sprout:mlx-float32", { store });
  session = await mlx().load(file, never);
  const text = await session.formatChat([{ role: "user", content: "What is seven plus five?" }]);
  promptIds = await session.tokenize(text, { bos: true, special: true });
}, 900_000);
afterAll(() => session?.[Symbol.asyncDispose]());

const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  promptIds,
  newTokens: 24,
  sampling: "greedy",
  stopAtEndOfText: false,
  ...changes,
});

test("says what runs", () => {
  expect(session.engine).toMatchObject({
    name: "mlx",
    version: expect.stringMatching(/^\d+\.\d+\.\d+ \(mlx \d+\.\d+\.\d+\)$/),
    devices: [expect.stringMatching(/^(CPU|Metal \(.+\))$/)],
    contextSize: 1024,
    kvCacheTypes: ["float32", "float32"],
  });
  expect(session.engine.pid).not.toBe(process.pid);
  const held = Object.values(session.engine.buffers).reduce((sum, bytes) => sum + bytes, 0);
  expect(held).toBe(file.parameters * 4);
});

test("computes in float32 what is stored in another type, where that is asked for", async () => {
  const stored = await resolveModel("sprout:mlx-float16", { store });
  await using cast = await mlx({ computeIn: "float32" }).load(stored, never);
  expect(cast.engine.kvCacheTypes).toEqual(["float32", "float32"]);
  // The shipped weights are float16, so that casting them and storing them in float32 is the same.
  expect(await allLogits(cast, promptIds)).toEqual(await allLogits(session, promptIds));
  const packed = await resolveModel("sprout:mlx-4bit-g64", { store });
  await using quantized = await mlx({ computeIn: "float32" }).load(packed, never);
  expect(Object.keys(quantized.engine.buffers)).toEqual([
    expect.stringMatching(/4-bit$/),
    expect.stringMatching(/float32$/),
  ]);
});

test("gives exactly the tokens asked for, each with its time, the same each time", async () => {
  const trace = await session.generate(request(), never);
  const times = [trace.startedAtMs, trace.promptDoneAtMs!, ...trace.tokenAtMs];
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(new Set(trace.tokenAtMs).size).toBe(24);
  expect([trace.tokenIds.length, trace.tokenAtMs.length]).toEqual([24, 24]);
  await session.generate(request({ promptIds: promptIds.toReversed() }), never);
  expect((await session.generate(request(), never)).tokenIds).toEqual(trace.tokenIds);
  expect((await session.generate(request({ newTokens: 1 }), never)).tokenIds).toEqual(
    trace.tokenIds.slice(0, 1),
  );
});

test("chooses what its own logits say, across steps of the prompt pass", async () => {
  const long = Int32Array.from({ length: 700 }, (_, index) => promptIds[index % promptIds.length]!);
  const { tokenIds } = await session.generate(request({ promptIds: long, newTokens: 8 }), never);
  const vocabulary = 2048;
  const logits = await allLogits(session, Int32Array.of(...long, ...tokenIds));
  const best = tokenIds.map((_, index) => {
    const row = logits.subarray((long.length - 1 + index) * vocabulary, (long.length + index) * vocabulary);
    return row.indexOf(row.reduce((most, value) => Math.max(most, value)));
  });
  expect(tokenIds).toEqual(best);
});

test("scores a part of a sequence as it scores the whole", async () => {
  const whole = await allLogits(session, promptIds);
  const from = 7;
  for await (const part of session.score!({ ids: promptIds, from }, never)) {
    expect(part.from).toBe(from);
    const rows = whole.subarray(from * part.vocabulary);
    expect(part.logits.length).toBe(rows.length);
    for (const [index, value] of part.logits.entries()) expect(value).toBeCloseTo(rows[index]!, 3);
  }
});

test("stops before the token that ends the text, and streams what it chooses", async () => {
  const streamed: number[] = [];
  const asked = request({ newTokens: 200, stopAtEndOfText: true, onToken: (id) => streamed.push(id) });
  const { tokenIds } = await session.generate(asked, never);
  const free = await session.generate(request({ newTokens: tokenIds.length + 1 }), never);
  expect(tokenIds.length).toBeLessThan(200);
  expect(streamed).toEqual(tokenIds);
  expect(await session.detokenize(Int32Array.of(free.tokenIds.at(-1)!))).toBe("<|im_end|>");
});

test("draws the same tokens from the same seed, and others from another", async () => {
  const draw = async (seed: number) => {
    const sampling = { temperature: 1.5, topK: 200, topP: 0.99, seed };
    return (await session.generate(request({ sampling }), never)).tokenIds;
  };
  expect(await draw(1)).toEqual(await draw(1));
  expect(await draw(1)).not.toEqual(await draw(2));
  const coldest = await session.generate(request({ sampling: { temperature: 1, topK: 1, seed: 5 } }), never);
  expect(coldest.tokenIds).toEqual((await session.generate(request(), never)).tokenIds);
});

test("tells the allocator's peak, which holds the weights at least", async () => {
  const { allocatorPeakBytes } = await session.usage!();
  expect(allocatorPeakBytes).toBeGreaterThan(file.parameters * 4);
});

describe("what cannot be run is refused in one line, and the session goes on", () => {
  test.each([
    ["a foreign token", { promptIds: Int32Array.of(1, 2048) }, "token 2048 is not in the vocabulary of 2048"],
    ["no token", { promptIds: new Int32Array() }, "there are no tokens to run"],
    ["more than fits", { newTokens: 1024 }, "the context has 1024"],
  ])("%s", async (_, changes, problem) => {
    await expect(session.generate(request(changes), never)).rejects.toThrow(problem);
    expect((await session.generate(request(), never)).tokenIds).toHaveLength(24);
  });
});

describe("a folder that is no model", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "quantlab-mlx-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each<[string, Record<string, string>, string]>([
    ["empty", {}, "holds no config.json"],
    ["of no JSON", { "config.json": "{" }, "does not load"],
    [
      "of an unknown kind",
      { "config.json": '{"model_type":"nonesuch"}', "model.safetensors": "\x02\0\0\0\0\0\0\0{}" },
      "nonesuch not supported",
    ],
    [
      "of broken weights",
      { "config.json": '{"model_type":"llama"}', "model.safetensors": "garbage" },
      "does not load",
    ],
  ])("%s", async (name, files, problem) => {
    const place = path.join(folder, name.replaceAll(" ", "-"));
    await mkdir(place);
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(place, name), text);
    const loading = mlx().load({ ...file, path: place }, never);
    await expect(loading).rejects.toThrow(problem);
    await expect(loading).rejects.toMatchObject({ message: expect.not.stringContaining("\n") });
  });
});

test("no orphan is left when the lab's process is killed in a generation", async () => {
  const program = path.join(import.meta.dirname, "fixtures/generate-forever.ts");
  const parent = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(parent.stdout!, "data")) as [Buffer];
  const worker = Number(line.toString());
  expect(isAlive(worker)).toBe(true);
  parent.kill("SIGKILL");
  for (let waited = 0; isAlive(worker); waited += 50) {
    expect(waited).toBeLessThan(10_000);
    await sleep(50);
  }
});
