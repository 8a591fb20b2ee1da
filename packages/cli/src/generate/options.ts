import type { Json } from "@quantlab/core";
import { type EngineSettings, engineOptions } from "../frame/engine-flags.ts";
import type { GenerateJob } from "./generate.ts";

/** The flags of `lab generate`, as commander hands them over. */
export interface GenerateOptions extends EngineSettings {
  /** The backend's own default unless said. */
  readonly model?: string;
  readonly prompt?: string;
  readonly predict: number;
  readonly ctxSize?: number;
  readonly temp: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
  readonly raw?: true;
  readonly ignoreEos?: true;
  readonly backend: string;
}

/** What was typed, under the names that the backends give their options: each refuses what it does not know. */
export function backendOptions(options: GenerateOptions): Record<string, Json> {
  const { ctxSize } = options;
  return { ...engineOptions(options), ...(ctxSize !== undefined && { contextSize: ctxSize }) };
}

export function samplingFrom({ temp, topK, topP, seed }: GenerateOptions): GenerateJob["sampling"] {
  return temp === 0 ? "greedy" : { temperature: temp, topK, topP, seed };
}
