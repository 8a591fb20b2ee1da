import { statSync } from "node:fs";
import {
  type Engine,
  formatModelRef,
  fromUser,
  isPath,
  type Json,
  type TunedFor,
  tunedSettings,
} from "@quantlab/core";
import { parseReference } from "@quantlab/engines";

type Options = Readonly<Record<string, Json>>;

/** What a verb gives an engine, and what of it is nobody's flag. */
export interface ChosenOptions {
  readonly options: Options;
  /** From the settings file; null where nothing was. */
  readonly tuned: Options | null;
  /** A line for people: what was taken, or why a file was left alone. */
  readonly note: string | null;
}

/** What of a model's settings goes where this is typed, for one was measured with the other or they may contradict each other. */
const goesWith: Readonly<Record<string, string>> = {
  batchThreads: "threads",
  microBatchSize: "batchSize",
  // A quantized V cache needs it, and one of f32 would lose by it.
  flashAttention: "kvCacheTypes",
  // It computes on the CPU.
  library: "gpuLayers",
};

/** Settings of speed that leave every number that a model computes as it is. */
const exact = ["threads", "batchThreads", "mmap"];

/**
 * What was typed, over what `lab tune` found for this model on this engine: the one place where verbs take settings that
 * nobody typed. `figures`: of quality, which only settings that change no number may have a part in.
 */
export function withTunedSettings(
  engine: Engine,
  reference: string,
  typed: Options,
  { figures = false }: { readonly figures?: boolean } = {},
): ChosenOptions {
  const found = tunedSettings(tunedFor(engine, reference));
  if (found === null) return { options: typed, tuned: null, note: null };
  if ("ignored" in found) return { options: typed, tuned: null, note: found.ignored };
  const taken = Object.entries(found.settings.options).filter(
    ([option]) =>
      !(option in typed) && !((goesWith[option] ?? "") in typed) && (!figures || exact.includes(option)),
  );
  if (taken.length === 0) return { options: typed, tuned: null, note: null };
  const tuned = Object.fromEntries(taken);
  const note = `takes ${settingsText(tuned)}, as "pnpm lab tune" found for ${nameOf(reference)}; flags go before it, "pnpm lab tune --reset" forgets it`;
  return { options: { ...tuned, ...typed }, tuned, note };
}

/** Under which names settings of this model and engine are kept. */
export function tunedFor({ id }: Engine, reference: string): TunedFor {
  const ref = parseReference(reference);
  if (!isPath(ref.id)) return { engine: id, model: formatModelRef(ref) };
  const file = fromUser(reference);
  return { engine: id, model: `${file} (${statSync(file, { throwIfNoEntry: false })?.size ?? 0} bytes)` };
}

/** "threads 1, flashAttention off". */
export function settingsText(options: Options): string {
  const words = Object.entries(options).map(([name, value]) => `${name} ${valueText(value)}`);
  return words.length > 0 ? words.join(", ") : "the engine's own settings";
}

/** "off", "q8_0/q8_0". */
export const valueText = (value: Json): string => (Array.isArray(value) ? value.join("/") : String(value));

/** As it was typed: "sprout:Q4_K_M", "./model.gguf". */
const nameOf = (reference: string): string => {
  const ref = parseReference(reference);
  return isPath(ref.id) ? reference : formatModelRef(ref);
};
