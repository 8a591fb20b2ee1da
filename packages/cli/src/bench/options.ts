import { existsSync } from "node:fs";
import { fromUser, knownName, UnknownNameError, UsageError } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { cacheType } from "@quantlab/llama-capi/cache-types";
import { type PromptName, promptNames } from "@quantlab/scenarios/prompts";
import type { FormatName } from "./format-name.ts";
import type { ListReader, TokenPair } from "./number-lists.ts";

/** The flags of `lab bench`, as commander hands them over; a list that was not typed is absent. */
export interface BenchOptions {
  readonly model?: readonly string[];
  readonly backend?: readonly string[];
  readonly nPrompt?: readonly number[];
  readonly nGen?: readonly number[];
  readonly promptAndGen?: readonly TokenPair[];
  readonly prompt?: readonly PromptName[];
  readonly nDepth?: readonly number[];
  readonly batchSize?: readonly number[];
  readonly ubatchSize?: readonly number[];
  readonly threads?: readonly number[];
  readonly cacheTypeK?: readonly string[];
  readonly cacheTypeV?: readonly string[];
  readonly flashAttn?: readonly string[];
  readonly nGpuLayers?: readonly number[];
  readonly mmap?: readonly boolean[];
  /** Timed repetitions in each process. */
  readonly repetitions: number;
  /** Fresh processes a combination. */
  readonly blocks?: number;
  /** Half of the interval's width that is enough, as a share of the median. */
  readonly precision?: number;
  readonly output?: FormatName;
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
export const cacheTypeList = listOf(cacheType);
export const flashAttentionList = listOf((typed) =>
  meant("flash attention", typed, { on: "on", off: "off", auto: "auto", "1": "on", "0": "off" }),
);
export const mmapList = listOf((typed) =>
  meant("way to load", typed, { "1": true, "0": false, on: true, off: false }),
);

/** Reads "2%" as 0.02. */
export function precisionShare(typed: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(typed)?.[1]);
  if (percent >= 0.01 && percent <= 100) return percent / 100;
  throw new UsageError(
    `--precision "${typed}" is not a percentage from 0.01% to 100%`,
    "try --precision 2%: the interval then reaches 2% to each side of the median",
  );
}

function listOf<Value>(read: (typed: string) => Value): ListReader<Value> {
  return (typed, before = []) => [...before, ...typed.split(",").map((part) => read(part.trim()))];
}

function meant<Value>(kind: string, typed: string, values: Readonly<Record<string, Value>>): Value {
  const name = typed.toLowerCase();
  if (Object.hasOwn(values, name)) return values[name]!;
  throw new UnknownNameError(kind, typed, Object.keys(values));
}
