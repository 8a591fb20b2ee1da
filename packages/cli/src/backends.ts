import {
  type Backend,
  formatModelRef,
  type Json,
  type ModelForm,
  type ModelRef,
  UsageError,
} from "@quantlab/core";
import { llamaCppPython } from "@quantlab/llama-cpp-python";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import { mlx } from "@quantlab/mlx-bridge";
import { transformersCpu } from "@quantlab/transformers-cpu";

export const backendNames = ["engine", "session", "transformers", "mlx", "llama-cpp-python"] as const;
export type BackendName = (typeof backendNames)[number];

/** What `--backend` says of them. */
export const backendHelp =
  "engine: llama.cpp's C API; session: node-llama-cpp; transformers: Hugging Face on the CPU; mlx; llama-cpp-python";

interface BackendMaker {
  readonly make: () => Backend;
  /** The library, as it stands in messages. */
  readonly title: string;
  /** Asked when no model is named. */
  readonly model: string;
}

const choices: Readonly<Record<BackendName, BackendMaker>> = {
  engine: { make: llamacppEngine, title: "llama.cpp", model: "sprout:F16" },
  session: { make: llamacppSession, title: "llama.cpp", model: "sprout:F16" },
  transformers: { make: transformersCpu, title: "Transformers", model: "sprout:float32" },
  mlx: { make: mlx, title: "MLX", model: "sprout:mlx-float32" },
  "llama-cpp-python": { make: llamaCppPython, title: "llama-cpp-python", model: "sprout:F16" },
};

const forms: Readonly<Record<ModelForm, { readonly reads: string; readonly remedy: string }>> = {
  gguf: {
    reads: "GGUF",
    remedy: 'choose one of its GGUF quantizations, such as Q4_K_M: "pnpm lab models list" shows them',
  },
  hf: {
    reads: "Hugging Face folders",
    remedy: "choose one of float32, bfloat16, float16, bnb-nf4, bnb-fp4, bnb-int8",
  },
  mlx: { reads: "MLX folders", remedy: "choose one of its MLX quantizations, such as mlx-4bit-g64" },
};

export interface BackendChoice {
  readonly backend: BackendName;
  readonly backendOptions: Readonly<Record<string, Json>>;
}

/** The backend that a name and options stand for; options that it does not know are a UsageError. */
export function backendFor({ backend, backendOptions }: BackendChoice): Backend {
  return choices[backend].make().withOptions(backendOptions);
}

export const titleOf = (backend: BackendName): string => choices[backend].title;

export const defaultModel = (backend: BackendName): string => choices[backend].model;

/** Throws a UsageError for a model in a form that the backend does not read. */
export function requireForm(backend: BackendName, { form }: Backend, ref: ModelRef): void {
  if (ref.form === form) return;
  const { reads, remedy } = forms[form];
  throw new UsageError(
    `${formatModelRef(ref)} is a model in ${ref.form} form, and ${titleOf(backend)} reads ${reads}`,
    remedy,
  );
}
