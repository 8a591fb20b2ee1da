import type { EngineSettings } from "../frame/engine-flags.ts";

/** The flags of `lab embed`, as commander hands them over. */
export interface EmbedOptions extends EngineSettings {
  readonly model?: string;
  readonly prompt?: readonly string[];
  readonly file?: string;
  readonly backend?: string;
}
