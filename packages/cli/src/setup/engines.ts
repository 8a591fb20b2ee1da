import { type PythonEngine, UnknownNameError } from "@quantlab/core";
import { engines } from "@quantlab/engines";
import { gpuKinds } from "@quantlab/llama-capi";
import { lmEvalEngine } from "@quantlab/lm-eval";
import { nativeName } from "./native.ts";
import { sproutRecipe } from "./sprout-recipe.ts";

/** Everything that has a Python environment of its own. */
export const pythonEngines: readonly PythonEngine[] = [
  ...engines.flatMap(({ python }) => python ?? []),
  lmEvalEngine,
  sproutRecipe,
];

/** The engine of this name, or an UnknownNameError with the nearest name that `lab setup` takes. */
export function pythonEngine(name: string): PythonEngine {
  const engine = pythonEngines.find((each) => each.name === name);
  if (engine) return engine;
  throw new UnknownNameError("engine", name, [
    ...pythonEngines.map((each) => each.name),
    ...gpuKinds,
    nativeName,
  ]);
}
