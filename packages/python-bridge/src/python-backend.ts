import {
  type BackendId,
  EngineError,
  type Json,
  type LocalBackend,
  type ModelFile,
  type ModelForm,
  QuantlabError,
  type TextSession,
} from "@quantlab/core";
import { openSession } from "@quantlab/processes";
import { pythonEnvironment } from "./environment/environment.ts";
import type { PythonEngine } from "./python-engine.ts";
import { type PythonOptions, pythonProgram } from "./python-program.ts";

export interface PythonBackendDefinition extends PythonOptions {
  readonly id: BackendId;
  readonly form: ModelForm;
  readonly engine: PythonEngine;
  /** Checked; part of a run's digest. */
  readonly options: Readonly<Record<string, Json>>;
  withOptions(changes: Readonly<Record<string, Json>>): LocalBackend;
  /** Why this machine can never run it, or null. */
  unsupported?(): { readonly reason: string; readonly remedy: string } | null;
  /** What the engine's `load` gets beside the path. Throws for a model that it cannot be asked to load. */
  loadOptions(model: ModelFile): Readonly<Record<string, Json>>;
}

/**
 * A backend over a Python process. `probe` only looks; `prepare` makes the environment; `load` starts one of its own
 * for each session, which ends with it.
 */
export function pythonBackend(definition: PythonBackendDefinition): LocalBackend {
  const { id, form, engine, options } = definition;
  return {
    specVersion: 1,
    id,
    form,
    options,
    environment: definition.environment ?? {},
    withOptions: definition.withOptions,
    async probe() {
      const unsupported = definition.unsupported?.();
      if (unsupported) return { available: false, ...unsupported };
      try {
        const environment = pythonEnvironment(engine);
        await environment.check();
        return { available: true, version: await environment.version() };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const remedy = error instanceof QuantlabError ? error.remedy : null;
        return { available: false, reason, remedy: remedy ?? `run "pnpm lab setup ${engine.name}"` };
      }
    },
    async prepare(resolveOptions) {
      await pythonEnvironment(engine).ensure(resolveOptions);
    },
    load: (model, signal) => load(definition, model, signal),
  };
}

async function load(
  definition: PythonBackendDefinition,
  model: ModelFile,
  signal: AbortSignal,
): Promise<TextSession> {
  const { engine, form } = definition;
  if (model.ref.form !== form) {
    const what = form === "gguf" ? "a .gguf file" : `a folder in ${form} form`;
    throw new EngineError(engine.name, `${model.path} is a ${model.ref.form} model`, `give ${what}`);
  }
  const options = definition.loadOptions(model);
  const program = await pythonProgram(pythonEnvironment(engine), definition);
  return openSession(program, { model, options }, signal);
}
