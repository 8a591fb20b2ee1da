import type { Backend, ModelSource } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { mlx, mlxForm } from "@quantlab/mlx-bridge";
import { createStore, model } from "@quantlab/model-store";
import { transformersCpu } from "@quantlab/transformers-cpu";

const store = createStore({ forms: [mlxForm] });

export interface Arm {
  /** Under which its figures are kept. */
  readonly name: string;
  /** As the table has it. */
  readonly title: string;
  readonly backend: Backend;
  model(id: string): ModelSource;
}

// Nothing is timed, and several threads wait for each other wherever something else computes.
const threads = 1;
const types = ["float32", "bfloat16", "float16"] as const;

/** Float32 weights, and nothing rounded in the cache either. */
export const reference: Arm = {
  name: "llamacpp-F32",
  title: "llama.cpp F32, cache of float32",
  backend: llamacppEngine({ threads, gpu: false, kvCacheTypes: ["f32", "f32"] }),
  model: (id) => model(id, "F32"),
};

export const arms: readonly Arm[] = [
  ...(["BF16", "F16"] as const).map((type) => ({
    name: `llamacpp-${type}`,
    title: `llama.cpp ${type}, cache of float16`,
    backend: llamacppEngine({ threads, gpu: false }),
    model: (id: string) => model(id, type),
  })),
  ...types.map((type) => ({
    name: `transformers-${type}`,
    title: `Transformers ${type}`,
    backend: transformersCpu({ threads }),
    model: (id: string) => model(id, type),
  })),
  ...types.map((type) => ({
    name: `mlx-${type}`,
    title: `MLX ${type}`,
    backend: mlx(),
    model: (id: string) => model(id, `mlx-${type}`, store),
  })),
];
