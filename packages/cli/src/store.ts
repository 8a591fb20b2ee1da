import { ggufForm } from "@quantlab/gguf-converter";
import { mlxForm } from "@quantlab/mlx-bridge";
import { createStore } from "@quantlab/model-store";

/** The repository's own store, with every form that a package makes. */
export const store = createStore({ forms: [ggufForm, mlxForm] });
