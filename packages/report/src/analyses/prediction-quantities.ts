import {
  type HeldOut,
  type Interval,
  type Learner,
  memory,
  type Observation,
  speed,
  usualMemory,
  usualSpeed,
} from "@quantlab/fit";
import { formatNumber, formatWithInterval } from "../numbers.ts";

/** A quantity that is predicted, as people read it. */
export interface Quantity {
  /** In a file's name. */
  readonly name: string;
  readonly noun: string;
  readonly unit: string;
  readonly scale: number;
  readonly learner: Learner;
  /** What is worked out without a simulation or a fit. */
  readonly usual: (observation: Observation) => number | null;
  /** How far off is near enough. */
  readonly near: number;
  /** Why a model has no prediction. */
  readonly without: string;
}

export const quantities: readonly Quantity[] = [
  {
    name: "memory",
    noun: "memory",
    unit: "MiB",
    scale: 2 ** -20,
    learner: memory,
    usual: usualMemory,
    near: 0.05,
    without: "Its memory was not measured.",
  },
  {
    name: "decode",
    noun: "decode speed",
    unit: "tok/s",
    scale: 1,
    learner: speed,
    usual: usualSpeed,
    near: 0.1,
    without:
      "A token reads so few weights that the processor's caches hold them, and nothing is learnt of how fast those are.",
  },
];

/** By model. */
export const byShape = (cases: readonly HeldOut[]) => [
  ...Map.groupBy(cases, ({ observation }) => observation.shape),
];

/** 0.02 where 2% too much was predicted. */
export const offBy = ({ predicted, measured }: HeldOut): number => predicted / measured - 1;

/** How far off the usual formula is in each case, whichever way. */
export function usualErrors({ usual }: Quantity, cases: readonly HeldOut[]): number[] {
  return cases.flatMap(({ observation, measured }) => {
    const value = usual(observation);
    return value === null ? [] : [Math.abs(value / measured - 1)];
  });
}

export const inUnit = ({ scale }: Quantity, value: number, interval: Interval | null = null) =>
  formatWithInterval(value * scale, interval && [interval[0] * scale, interval[1] * scale]);

export const percent = (share: number) => `${formatNumber(share * 100, 2)}%`;
export const signed = (share: number) => `${share < 0 ? "−" : "+"}${percent(Math.abs(share))}`;
