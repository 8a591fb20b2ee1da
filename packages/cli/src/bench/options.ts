import { existsSync } from "node:fs";
import { fromUser, knownName, UsageError } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { type PromptName, promptNames } from "@quantlab/scenarios/prompts";
import { type EngineSetting, type EngineSettingLists, engineFlags } from "../frame/engine-flags.ts";
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
  /** Timed repetitions in each process; of a server, requests of each client. */
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
  /** Requests a second. */
  readonly rate?: number;
  readonly longPrompt?: number;
  readonly resume?: true;
  readonly yes?: true;
  /** Minutes after which a silent process is ended. */
  readonly timeout: number;
}

/** What only a server can be asked, and what only engines can be told; by the flags that people type. */
const serverFlags = {
  serveModel: "--serve-model",
  clients: "--clients",
  rate: "--rate",
  longPrompt: "--long-prompt",
} as const;
const engineFlagNames = {
  model: "-m",
  backend: "--backend",
  promptAndGen: "-pg",
  prompt: "--prompt",
  nDepth: "-d",
  precision: "--precision",
  output: "-o",
  resume: "--resume",
  ...(Object.fromEntries(Object.entries(engineFlags).map(([name, { flag }]) => [name, flag])) as Record<
    EngineSetting,
    string
  >),
} as const;

/** Throws a UsageError for a flag that would do nothing: a bench asks a server, or measures engines. */
export function requireUsedFlags(options: BenchOptions): void {
  const isServer = options.serve !== undefined;
  const unused: Readonly<Partial<Record<keyof BenchOptions, string>>> = isServer
    ? engineFlagNames
    : serverFlags;
  const typed = Object.entries(unused).find(([name]) => options[name as keyof BenchOptions] !== undefined);
  if (!typed) return;
  const [, flag] = typed;
  throw isServer
    ? new UsageError(`${flag} sets nothing of a server that runs already`, `leave out ${flag}, or --serve`)
    : new UsageError(
        `${flag} is of a server that is asked`,
        "name one with --serve http://127.0.0.1:8080/v1",
      );
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
