import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Json, type ModelFile, repositoryRoot, schemasFolder } from "@quantlab/core";
import { createStore, resolveModel, type Store } from "@quantlab/model-store";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { allLogits, logitError } from "@quantlab/testing";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mlx, mlxEngine, mlxForm } from "../src/index.ts";

// Transformers 5 keeps the rotary base and its scaling in `rope_parameters`, where most models of mlx-lm do not look.
const never = new AbortController().signal;
const ids = Int32Array.from({ length: 96 }, (_, index) => 20 + ((index * 37) % 1500));
let folder: string;
let store: Store;

beforeAll(async () => {
  await mlx().prepare!();
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-positions-"));
  store = createStore({ folder: path.join(folder, "lab"), forms: [mlxForm] });
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The shipped model with other positions in its configuration. */
async function sproutWith(name: string, positions: Readonly<Record<string, Json>>): Promise<string> {
  const place = path.join(folder, name);
  await cp(path.join(repositoryRoot, "models/sprout/hf"), place, { recursive: true });
  const file = path.join(place, "config.json");
  const { rope_theta: _, rope_parameters: __, ...config } = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...config, ...positions }));
  return place;
}

async function logitsOf(place: string): Promise<Float32Array> {
  const ref = { id: "./folder", form: "mlx", quantization: "mlx-float16" } as const;
  const size = { bytes: 1, parameters: 1, bitsPerWeight: 16, synthetic: false, provenance: [] };
  const model: ModelFile = { ref, path: place, sha256: "", ...size };
  await using session = await mlx().load(model, never);
  return await allLogits(session, ids);
}

const scaling = {
  rope_type: "llama3",
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 64,
};

describe.each([
  ["a base", { rope_type: "default", rope_theta: 500_000 }, { rope_theta: 500_000 }],
  ["a base and a scaling", { ...scaling, rope_theta: 20_000 }, { rope_theta: 20_000, rope_scaling: scaling }],
])("%s in rope_parameters", (name, fresh, old) => {
  let wanted: Float32Array;
  let place: string;
  beforeAll(async () => {
    place = await sproutWith(`${name}, fresh`, { rope_parameters: fresh });
    wanted = await logitsOf(await sproutWith(`${name}, old`, old));
  });

  test("matters: without it the logits are others", async () => {
    const without = await logitsOf(await sproutWith(`${name}, none`, {}));
    expect(logitError(without, wanted).rms).toBeGreaterThan(0.1);
  });

  test("is read when a folder is loaded", async () => {
    expect(logitError(await logitsOf(place), wanted).max).toBe(0);
  });

  test("is read when it is converted, and stands where mlx-lm alone finds it", async () => {
    const converted = await resolveModel(`${place}:mlx-float16`, { store });
    expect(logitError(await logitsOf(converted.path), wanted).max).toBe(0);
    const config = JSON.parse(await readFile(path.join(converted.path, "config.json"), "utf8"));
    expect(config).toMatchObject({ rope_theta: fresh.rope_theta });
  });
});

test("other families get theirs, and a model that mlx-lm would build with another base is refused", async () => {
  const configs = [
    { model_type: "llama", rope_parameters: { rope_type: "default", rope_theta: 500_000 } },
    { model_type: "qwen2", rope_parameters: { rope_type: "default", rope_theta: 1_000_000 } },
    { model_type: "qwen3", rope_parameters: { rope_type: "default", rope_theta: 5_000_000 } },
    {
      model_type: "gemma3_text",
      sliding_window_pattern: 6,
      rope_parameters: {
        full_attention: { rope_type: "default", rope_theta: 70_000 },
        sliding_attention: { rope_type: "default", rope_theta: 30_000 },
      },
    },
    { model_type: "llama", rope_theta: 250_000 },
  ];
  const python = await pythonEnvironment(mlxEngine).interpreter();
  const folders = [mlxEngine.folder, path.join(schemasFolder, "../../python-bridge/python")];
  const program = path.join(import.meta.dirname, "fixtures/positions.py");
  const { stdout } = await execa(python, [program, JSON.stringify(configs)], {
    env: { PYTHONPATH: folders.join(path.delimiter) },
  });
  const [llama, qwen2, qwen3, gemma, old] = JSON.parse(stdout) as readonly {
    bases: number[];
    again: Json;
    alone: string;
  }[];
  expect(llama).toMatchObject({ bases: [500_000], alone: expect.stringContaining("the rotary base 10000") });
  expect(qwen2).toMatchObject({ bases: [1_000_000] });
  expect(qwen3).toMatchObject({ bases: [5_000_000] });
  expect(gemma).toMatchObject({ bases: [30_000, 70_000] });
  expect(old).toMatchObject({ bases: [250_000], alone: "built" });
  for (const { again } of [llama!, qwen2!, qwen3!, gemma!, old!]) expect(again).toEqual({});
});
