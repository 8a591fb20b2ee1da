import path from "node:path";
import { capture, promptIds } from "@quantlab/benchmark-tools";
import type { Backend, ModelFile, ModelSource } from "@quantlab/core";
import { mlx, mlxEngine, mlxForm } from "@quantlab/mlx-bridge";
import { createStore, model } from "@quantlab/model-store";
import { type PythonEngine, pythonEnvironment } from "@quantlab/python-bridge";
import { transformersCpu, transformersEngine } from "@quantlab/transformers-cpu";
import type { BlockRequest } from "./bridge-process.ts";
import { parseMlxBenchmark } from "./mlx-benchmark.ts";
import type { Shape, Speeds } from "./shape.ts";

const store = createStore({ forms: [mlxForm] });

/** The reference first; ratios are against it. */
export const armNames = ["plain loop", "bridge", "mlx_lm.benchmark"] as const;
export type ArmName = (typeof armNames)[number];

export interface EngineUnderTest {
  readonly title: string;
  readonly python: PythonEngine;
  readonly arms: readonly ArmName[];
  /** The program in `python/` that runs the engine without the lab. */
  readonly plain: string;
  model(id: string): ModelSource;
  backend(threads: number): Backend;
}

export const engines = {
  transformers: {
    title: "Transformers",
    python: transformersEngine,
    arms: ["plain loop", "bridge"],
    plain: "plain_transformers.py",
    model: (id) => model(id, "float32"),
    backend: (threads) => transformersCpu({ threads }),
  },
  mlx: {
    title: "MLX",
    python: mlxEngine,
    arms: ["plain loop", "bridge", "mlx_lm.benchmark"],
    plain: "plain_mlx.py",
    model: (id) => model(id, "mlx-float32", store),
    backend: () => mlx(),
  },
} as const satisfies Record<string, EngineUnderTest>;
export type EngineName = keyof typeof engines;

export interface ArmSetting {
  readonly file: ModelFile;
  readonly shape: Shape;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Runs one block of an arm in processes of its own. */
export async function runArm(engine: EngineName, arm: ArmName, setting: ArmSetting): Promise<Speeds> {
  const { file, shape, threads, signal } = setting;
  const job = { threads, promptIds: promptIds(shape), ...shape };
  if (arm === "bridge") {
    const request: BlockRequest = { engine, file, ...job };
    const program = path.join(import.meta.dirname, "bridge-process.ts");
    return JSON.parse(await capture(arm, process.execPath, [program, JSON.stringify(request)], signal));
  }
  const { python, plain } = engines[engine];
  const interpreter = await pythonEnvironment(python).interpreter();
  if (arm === "plain loop") {
    const program = path.join(import.meta.dirname, "../python", plain);
    const stdout = await capture(
      plain,
      interpreter,
      [program, JSON.stringify({ folder: file.path, ...job })],
      signal,
    );
    return JSON.parse(stdout);
  }
  const flags = {
    "--model": file.path,
    "-p": shape.promptTokens,
    "-g": shape.newTokens,
    "-n": shape.repetitions,
  };
  const parameters = ["-m", "mlx_lm", "benchmark", ...Object.entries(flags).flat().map(String)];
  return parseMlxBenchmark(await capture(arm, interpreter, parameters, signal), shape);
}
