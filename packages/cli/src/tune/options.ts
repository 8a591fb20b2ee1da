import type { EngineSettingLists } from "../frame/engine-flags.ts";

/** The flags of `lab tune`, as commander hands them over. */
export interface TuneOptions extends Omit<EngineSettingLists, "cacheTypeK" | "cacheTypeV"> {
  readonly model?: string;
  readonly backend?: string;
  readonly nPrompt?: readonly number[];
  readonly nDepth?: readonly number[];
  readonly nGen: number;
  /** Types of keys and values that may be adopted though they change the answers. */
  readonly allowKv?: readonly string[];
  /** Fresh processes of each of a pair at each point. */
  readonly rounds: number;
  readonly repetitions: number;
  readonly reset?: true;
  /** Minutes after which a silent process is ended. */
  readonly timeout: number;
}
