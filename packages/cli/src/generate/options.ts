import type { EngineSettings } from "../frame/engine-flags.ts";
import type { SamplingOptions } from "../frame/sampling-flags.ts";

/** The flags of `lab generate`, as commander hands them over. */
export interface GenerateOptions extends EngineSettings, SamplingOptions {
  /** The backend's own default unless said. */
  readonly model?: string;
  readonly prompt?: string;
  readonly predict: number;
  readonly ctxSize?: number;
  readonly raw?: true;
  readonly ignoreEos?: true;
  readonly backend?: string;
}
