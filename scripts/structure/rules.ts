import { llamaCppPython, llamaCppPythonEngine } from "../../packages/llama-cpp-python/src/index.ts";
import { llamacppEngine, llamacppSession } from "../../packages/llamacpp/src/index.ts";
import { mlx, mlxEngine } from "../../packages/mlx-bridge/src/index.ts";
import { defaultStore } from "../../packages/model-store/src/index.ts";
import { transformersCpu, transformersEngine } from "../../packages/transformers-cpu/src/index.ts";
import { metricHandles } from "../../shared-metrics/src/index.ts";
import type { NamesRule } from "./names.ts";

const backends = [llamacppEngine(), llamacppSession(), mlx(), transformersCpu(), llamaCppPython()];
const pythonEngines = [mlxEngine, transformersEngine, llamaCppPythonEngine];
const engines = [
  ...backends.map(({ id }) => id),
  ...pythonEngines.flatMap(({ name, title }) => [name, title]),
];

/** Which names may not stand where; each name is read from its own list. */
export const namesRules: readonly NamesRule[] = [
  {
    folder: "packages/runner/src",
    names: { "an engine": engines },
    remedy: "ask the engine's registration or the scenario for what differs",
  },
  {
    folder: "packages/report/src",
    names: {
      "an engine": engines,
      "a metric": metricHandles.map(({ name }) => name),
      "an experiment": [/\bexp\d+\b/],
      "a model": defaultStore.catalogue().models.map(({ id }) => id),
    },
    remedy: "ask the metric, the engine's registration or the experiment for what differs",
  },
];
