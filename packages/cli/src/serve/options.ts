import type { EngineSettings } from "../frame/engine-flags.ts";

/** The flags of `lab serve`, as commander hands them over. */
export interface ServeOptions extends EngineSettings {
  readonly model?: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly ctxSize?: number;
  readonly parallel?: number;
  readonly keep: number;
  /** Minutes. */
  readonly idle?: number;
  readonly queue: number;
  /** Minutes. */
  readonly timeout: number;
  /** MiB. */
  readonly maxBody: number;
  readonly backend?: string;
}

/** Requests computed at once by an engine that can. */
export const usualParallel = 4;
