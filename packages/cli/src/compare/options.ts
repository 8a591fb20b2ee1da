import { knownName, UsageError } from "@quantlab/core";
import { type EngineSettings, engineFlags } from "../frame/engine-flags.ts";
import type { ListReader } from "../frame/lists.ts";

/** What of two files may be another thing, when it is said. */
export const differences = ["host", "model", "protocol"] as const;
export type Difference = (typeof differences)[number];

/** A metric, as typed, and a ratio of B to A. */
export interface Bound {
  readonly metric: string;
  readonly bound: number;
}

/** The flags of `lab compare`, as commander hands them over; what was not typed is absent. */
export interface CompareOptions extends MeasuringOptions, PromptOptions {
  readonly sameWithin?: number;
  readonly across?: readonly Difference[];
  readonly failBelow?: readonly Bound[];
  readonly failAbove?: readonly Bound[];
  readonly threads?: number;
  /** Tokens decoded after a prompt; the most of an answer. */
  readonly nGen?: number;
}

/** Of models that are measured now. */
export interface MeasuringOptions extends Omit<EngineSettings, "threads"> {
  readonly backend?: string;
  readonly nPrompt?: number;
  readonly nDepth?: number;
  readonly repetitions?: number;
  readonly blocks?: number;
  /** Minutes after which a silent process is ended. */
  readonly timeout?: number;
}

/** Of prompts that are answered. */
export interface PromptOptions {
  readonly prompts?: string;
  readonly raw?: true;
  readonly ctxSize?: number;
}

type Flags = Readonly<Record<string, string>>;

const { threads: ofBoth, ...settings } = engineFlags;
const measuring: Flags = {
  ...Object.fromEntries(Object.entries(settings).map(([name, { flag }]) => [name, flag])),
  backend: "--backend",
  nPrompt: "-p",
  nDepth: "-d",
  repetitions: "-r",
  blocks: "--blocks",
  timeout: "--timeout",
};
const answering: Flags = { raw: "--raw", ctxSize: "-c" };
const both: Flags = { threads: ofBoth.flag, nGen: "-n" };
const ofFiles: Flags = { across: "--across" };
const bounds: Flags = { failBelow: "--fail-below", failAbove: "--fail-above" };

/** By what is compared, the flags that would do nothing there. */
const idle = {
  models: { ...answering, ...ofFiles },
  files: { ...measuring, ...answering, ...both },
  prompts: { ...measuring, ...ofFiles, ...bounds },
} as const;

const why = {
  models: "two models are measured now, and",
  files: "what two files hold has been measured, and",
  prompts: "with --prompts nothing is timed, and",
} as const;

/** Throws a UsageError for a flag that would do nothing. */
export function refuseIdle(options: CompareOptions, compared: keyof typeof idle): void {
  const typed = options as Readonly<Record<string, unknown>>;
  const flag = Object.entries(idle[compared]).find(([name]) => typed[name] !== undefined)?.[1];
  if (flag !== undefined) throw new UsageError(`${why[compared]} ${flag} does nothing`, `leave out ${flag}`);
}

/** Reads "2%" as 0.02. */
export function percentage(flag: string, about: string): (typed: string) => number {
  return (typed) => {
    const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(typed)?.[1]);
    if (percent >= 0.01 && percent <= 100) return percent / 100;
    throw new UsageError(`${flag} "${typed}" is not a percentage from 0.01% to 100%`, about);
  };
}

/** Reads "host,model". */
export function differenceList(typed: string, before: readonly Difference[] = []): readonly Difference[] {
  return [...before, ...typed.split(",").map((part) => knownName("difference", part.trim(), differences))];
}

/** Reads "decode=0.97"; the flag may be given again. */
export function boundList(flag: string): ListReader<Bound> {
  return (typed, before = []) => {
    const [, metric, ratio] = /^([^=]+)=(\d*\.?\d+)$/.exec(typed.trim()) ?? [];
    const bound = Number(ratio);
    if (metric !== undefined && bound > 0) return [...before, { metric: metric.trim(), bound }];
    throw new UsageError(
      `${flag} "${typed}" is not a metric and a ratio above 0`,
      `write ${flag} decode=0.97; give the flag again for another metric`,
    );
  };
}
