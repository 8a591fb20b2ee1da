import { type Engine, formatModelRef, type Json, type ModelFile, type TextSession } from "@quantlab/core";
import { requireMemory, store } from "@quantlab/engines";
import { modelSource } from "@quantlab/model-store";
import { openSession } from "@quantlab/processes";
import { chosenEngine } from "../backend-option.ts";
import { engineProgram } from "./engine-program.ts";
import { prepareBackend, resolveModel } from "./preparation.ts";
import { withTunedSettings } from "./tuned.ts";

/** A conversation of some hours; 4096 places of a model of 8B take half a gigabyte. */
export const usualContext = 4096;

/** An answer that is stopped ends between two tokens, but a long prompt is read to its end first. */
const stopMs = 20_000;

export interface WantedModel {
  /** The one that reads the model unless said. */
  readonly backend: string | undefined;
  /** The engine's own model unless said. */
  readonly model: string | undefined;
  /** What was typed for the engine; `usualContext` places unless it says otherwise. */
  readonly options: Readonly<Record<string, Json>>;
}

/** A model that is here and fits, to be loaded in a process of its own. */
export interface OpenableModel {
  /** "sprout:F16". */
  readonly name: string;
  readonly engine: Engine;
  readonly file: ModelFile;
  /** What the engine was told. */
  readonly options: Readonly<Record<string, Json>>;
  /** What was done that nobody typed. */
  readonly note: string | null;
  load(signal: AbortSignal): Promise<TextSession>;
}

/** Finds or fetches the model. Wrong usage is told before anything is looked for. */
export async function openableModel(
  { options: typed, ...wanted }: WantedModel,
  signal: AbortSignal,
): Promise<OpenableModel> {
  const { engine, reference } = chosenEngine(wanted);
  const sized = "contextSize" in engine.options ? { contextSize: usualContext, ...typed } : typed;
  engine.backend(sized);
  const source = modelSource(reference, store);
  const { options, note } = withTunedSettings(engine, reference, sized);
  const bound = engine.backend(options);
  await prepareBackend(bound, signal);
  const file = await resolveModel(source, signal);
  await requireMemory(bound, file, signal);
  const program = engineProgram(engine.title, bound.environment, { cancelMs: stopMs });
  return {
    name: formatModelRef(file.ref),
    engine,
    file,
    options,
    note,
    load: (during) =>
      openSession(
        program,
        { model: file, options: { backend: engine.name, backendOptions: options } },
        during,
      ),
  };
}
