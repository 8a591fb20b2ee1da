import { existsSync } from "node:fs";
import { fromUser, knownName, UsageError } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { type PromptName, promptNames } from "@quantlab/scenarios/prompts";
import type { EngineSettingLists } from "../frame/engine-flags.ts";
import { type ListReader, listOf } from "../frame/lists.ts";
import type { TokenPair } from "../frame/number-lists.ts";
import type { FormatName } from "./format-name.ts";

/** The flags of `lab bench`, as commander hands them over; a list that was not typed is absent. */
export interface BenchOptions extends EngineSettingLists {
  readonly model?: readonly string[];
  readonly backend?: readonly string[];
  readonly nPrompt?: readonly number[];
  readonly nGen?: readonly number[];
  readonly promptAndGen?: readonly TokenPair[];
  readonly prompt?: readonly PromptName[];
  readonly nDepth?: readonly number[];
  /** Timed repetitions in each process. */
  readonly repetitions: number;
  /** Fresh processes a combination. */
  readonly blocks?: number;
  /** Half of the interval's width that is enough, as a share of the median. */
  readonly precision?: number;
  readonly output?: FormatName;
  /** A server that is asked, instead of engines. */
  readonly serve?: string;
  readonly serveModel?: string;
  readonly clients?: readonly number[];
  readonly requests?: number;
  /** Requests a second. */
  readonly rate?: number;
  readonly longPrompt?: number;
  readonly resume?: true;
  readonly yes?: true;
  /** Minutes after which a silent process is ended. */
  readonly timeout: number;
}

/** A path that is there is one model, whatever its name holds. */
export const modelList: ListReader<string> = (typed, before = []) => {
  const models = existsSync(fromUser(typed)) ? [typed] : typed.split(",").map((model) => model.trim());
  if (!models.includes("")) return [...before, ...models];
  throw new UsageError(`-m "${typed}" has an empty name`, "write -m sprout:Q4_K_M,sprout:Q8_0");
};

export const promptList = listOf((typed) => knownName("prompt", typed, promptNames));
export const backendList = listOf((typed) => engineByName(typed).name);

/** Reads "2%" as 0.02. */
export function precisionShare(typed: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(typed)?.[1]);
  if (percent >= 0.01 && percent <= 100) return percent / 100;
  throw new UsageError(
    `--precision "${typed}" is not a percentage from 0.01% to 100%`,
    "try --precision 2%: the interval then reaches 2% to each side of the median",
  );
}
