import type { Backend, ModelSource } from "@quantlab/core";
import { mlx, mlxEngine, mlxModel } from "@quantlab/mlx-bridge";
import { model } from "@quantlab/model-store";
import type { PythonEngine } from "@quantlab/python-bridge";
import { transformersCpu, transformersEngine } from "@quantlab/transformers-cpu";

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
    model: (id) => mlxModel(id, "mlx-float32"),
    backend: () => mlx(),
  },
} as const satisfies Record<string, EngineUnderTest>;
export type EngineName = keyof typeof engines;
