import {
  type Engine,
  formatModelRef,
  type Json,
  type ModelForm,
  type ModelRef,
  UsageError,
} from "@quantlab/core";
import { engineByName, engineFor, engines, parseReference } from "@quantlab/engines";

/** `--backend` as commander takes it: its flag, what help says, and how a name is read. */
export const backendOption = [
  "--backend <name>",
  `${engines.map(({ name, about }) => `${name}: ${about}`).join("; ")}; the one that reads the model unless said`,
  (typed: string) => engineByName(typed).name,
] as const;

/** An engine with the reference of a model that it reads. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly reference: string;
}

/**
 * Without a model the engine has its own, without --backend the model has the engine of its form. Throws a UsageError for a
 * model in a form that the engine does not read.
 */
export function chosenEngine({
  model,
  backend,
}: {
  readonly model?: string | undefined;
  readonly backend?: string | undefined;
}): ChosenEngine {
  const named = backend === undefined ? null : engineByName(backend);
  const reference = model ?? (named ?? engineFor("gguf")).model;
  const ref = parseReference(reference);
  const engine = named ?? engineFor(ref.form);
  requireForm(engine, ref);
  return { engine, reference };
}

const forms: Readonly<Record<ModelForm, { readonly reads: string; readonly remedy: string }>> = {
  gguf: {
    reads: "GGUF",
    remedy: 'choose one of its GGUF quantizations, such as Q4_K_M: "pnpm lab models list" shows them',
  },
  hf: {
    reads: "Hugging Face folders",
    remedy: "choose one of float32, bfloat16, float16, bnb-nf4, bnb-fp4, bnb-int8",
  },
  endpoint: { reads: "addresses of servers", remedy: "give one up to its version: http://127.0.0.1:8080/v1" },
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
