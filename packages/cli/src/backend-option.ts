import {
  type Engine,
  formatModelRef,
  type Json,
  type ModelForm,
  type ModelRef,
  UsageError,
} from "@quantlab/core";
import { engineByName, engineFor, engines } from "@quantlab/engines";

/** `--backend` as commander takes it: what help says, how a name is read, and what holds unless said. */
export const backendOption = {
  flags: "--backend <name>",
  help: engines.map(({ name, about }) => `${name}: ${about}`).join("; "),
  read: (typed: string) => engineByName(typed).name,
  usual: engineFor("gguf").name,
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

/** Throws a UsageError for a model in a form that the engine does not read. */
export function requireForm(engine: Engine, ref: ModelRef): void {
  if (ref.form === engine.form) return;
  const { reads, remedy } = forms[engine.form];
  throw new UsageError(
    `${formatModelRef(ref)} is a model in ${ref.form} form, and ${engine.title} reads ${reads}`,
    remedy,
  );
}

/** An engine by its name, and the options that it is bound to. */
export interface BackendChoice {
  readonly backend: string;
  readonly backendOptions: Readonly<Record<string, Json>>;
}
