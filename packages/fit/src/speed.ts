import { type Forecast, forecastCacheBytes } from "@quantlab/core";
import { median } from "d3-array";
import { type Case, nonNegativeCosts, totalOf } from "./least-squares.ts";
import type { Learner } from "./model.ts";

/** What the caches of processors hold: of smaller weights nothing tells how near to the cores they lie. */
const smallestRead = 64 * 2 ** 20;
/** Of what a token reads, in types that were never measured. */
const mostUnknown = 0.1;
/** How strongly a type's cost is held to that of all, where few cases tell. */
const pull = 0.01;

const layer = "layer";
const isType = (name: string) => name !== layer;

/**
 * Tokens a second that are decoded behind a full context. A token's time is what it reads times what reading a byte of each type
 * costs, plus a cost a layer; keys and values count as often as heads of queries go through them. It is in units of what a core
 * copies meanwhile, so that what was learnt on one machine is worth something on another. Costs are those of non-negative least
 * squares.
 */
export const speed: Learner = {
  measured: ({ tokensPerSecond, copySpeed, forecast }) =>
    copySpeed === null || readBytes(forecast) < smallestRead ? null : tokensPerSecond,
  fit(observations) {
    const cases = observations.map(
      ({ forecast, tokensPerSecond, copySpeed }): Case => ({
        amounts: amountsOf(forecast),
        total: copySpeed! / tokensPerSecond!,
      }),
    );
    const perByte = median(cases, ({ amounts, total }) => total / bytesOf(amounts));
    const known = new Set(cases.flatMap(({ amounts }) => Object.keys(amounts)));
    const usual = Object.fromEntries([...known].map((name) => [name, isType(name) ? perByte! : 0]));
    const costs = nonNegativeCosts(cases, usual, pull);
    return {
      predict({ forecast, copySpeed }) {
        const amounts = amountsOf(forecast);
        const bytes = bytesOf(amounts);
        const unknown = Object.keys(amounts).filter((name) => !known.has(name));
        if (perByte === undefined) return { none: "nothing was measured to learn from" };
        if (copySpeed === null) return { none: "the copy speed of this machine was not measured" };
        if (bytes < smallestRead)
          return { none: "weights so small lie in the processor's caches, of which nothing is learnt" };
        if (unknown.reduce((sum, name) => sum + amounts[name]!, 0) > mostUnknown * bytes)
          return { none: `nothing was measured that reads ${unknown.join(" or ")}` };
        return copySpeed / totalOf(amounts, { ...usualOf(unknown, perByte), ...costs });
      },
    };
  },
};

const usualOf = (names: readonly string[], cost: number) =>
  Object.fromEntries(names.map((name) => [name, cost]));

/** Bytes that decoding a token behind a full context reads: weights, and keys and values once. */
export function readBytes(forecast: Forecast): number {
  return Object.values(forecast.reads).reduce((sum, bytes) => sum + bytes, forecastCacheBytes(forecast));
}

function amountsOf(forecast: Forecast): Record<string, number> {
  const [key, value] = forecast.kvCacheTypes;
  const cache = key === value ? key : `${key} and ${value}`;
  return {
    ...forecast.reads,
    [`a cache of ${cache}`]: forecastCacheBytes(forecast) * forecast.queriesPerKey,
    [layer]: forecast.layers,
  };
}

function bytesOf(amounts: Readonly<Record<string, number>>): number {
  return Object.entries(amounts).reduce((sum, [name, amount]) => sum + (isType(name) ? amount : 0), 0);
}
