import { UnknownNameError } from "@quantlab/core";
import { llamaCppPythonEngine } from "@quantlab/llama-cpp-python";
import { lmEvalEngine } from "@quantlab/lm-eval";
import { mlxEngine } from "@quantlab/mlx-bridge";
import type { PythonEngine } from "@quantlab/python-bridge";
import { transformersEngine } from "@quantlab/transformers-cpu";
import { sproutRecipe } from "./sprout-recipe.ts";

/** Everything that has a Python environment of its own. */
export const pythonEngines: readonly PythonEngine[] = [
  transformersEngine,
  mlxEngine,
  llamaCppPythonEngine,
  lmEvalEngine,
  sproutRecipe,
];

/** The engine of this name, or an UnknownNameError with the nearest one. */
export function pythonEngine(name: string): PythonEngine {
  const engine = pythonEngines.find((each) => each.name === name);
  if (engine) return engine;
  throw new UnknownNameError(
    "engine",
    name,
    pythonEngines.map((each) => each.name),
  );
}
