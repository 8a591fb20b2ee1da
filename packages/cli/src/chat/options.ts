import type { EngineSettings } from "../frame/engine-flags.ts";
import type { SamplingOptions } from "../frame/sampling-flags.ts";

/** The flags of `lab chat`, as commander hands them over. */
export interface ChatOptions extends EngineSettings, SamplingOptions {
  readonly model?: string;
  readonly system?: string;
  readonly load?: string;
  readonly predict?: number;
  readonly ctxSize?: number;
  readonly backend?: string;
}
