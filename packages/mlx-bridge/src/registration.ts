import type { Engine } from "@quantlab/core";
import { mlxEngine } from "./engine.ts";
import { mlx, mlxChecks } from "./mlx.ts";

export const engines: readonly Engine[] = [
  {
    id: "mlx",
    name: "mlx",
    title: "MLX",
    about: "mlx-lm, on Metal where there is one",
    model: "sprout:mlx-float32",
    form: "mlx",
    options: mlxChecks,
    python: mlxEngine,
    backend: (options = {}) => mlx().withOptions(options),
  },
];
