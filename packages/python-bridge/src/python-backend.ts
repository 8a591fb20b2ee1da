import {
  type Backend,
  type BackendId,
  EngineError,
  type Json,
  type ModelFile,
  type ModelForm,
  monotonicMs,
  QuantlabError,
  type Session,
} from "@quantlab/core";
import { pythonEnvironment } from "./environment/environment.ts";
import type { PythonEngine } from "./python-engine.ts";
import type { Limits } from "./worker/limits.ts";
import { startWorker } from "./worker/start.ts";
import { WorkerSession } from "./worker-session.ts";

export interface PythonBackendDefinition {
  readonly id: BackendId;
  readonly form: ModelForm;
  readonly engine: PythonEngine;
  /** Checked; part of a run's digest. */
  readonly options: Readonly<Record<string, Json>>;
  withOptions(changes: Readonly<Record<string, Json>>): Backend;
  /** Why this machine can never run it, or null. */
  unsupported?(): { readonly reason: string; readonly remedy: string } | null;
  /** What the engine's `load` gets beside the path. Throws for a model that it cannot be asked to load. */
  loadOptions(model: ModelFile): Readonly<Record<string, Json>>;
  /** Set on the worker: settings that a library reads at its import. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
}

/**
 * A backend over a Python worker. `probe` only looks; `prepare` makes the environment; `load` starts a worker of its own
 * for each session, which ends with it.
 */
export function pythonBackend(definition: PythonBackendDefinition): Backend {
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
): Promise<Session> {
  const { engine, form } = definition;
  if (model.ref.form !== form) {
    const what = form === "gguf" ? "a .gguf file" : `a folder in ${form} form`;
    throw new EngineError(engine.name, `${model.path} is a ${model.ref.form} model`, `give ${what}`);
  }
  const options = definition.loadOptions(model);
  const started = await startWorker(pythonEnvironment(engine), {
    signal,
    environment: definition.environment,
    limits: definition.limits,
  });
  try {
    const startMs = monotonicMs();
    const { vocabularySize: _, ...info } = await started.worker.request(
      "load",
      { path: model.path, options },
      { signal },
    );
    const startup = { runtimeMs: started.startedInMs, modelMs: monotonicMs() - startMs };
    return new WorkerSession(started, { ...info, pid: started.worker.pid, startup });
  } catch (error) {
    await started.worker[Symbol.asyncDispose]();
    throw error;
  }
}
