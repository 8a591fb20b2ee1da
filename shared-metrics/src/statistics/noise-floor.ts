import { mean } from "d3-array";
import { percentile } from "./quantile.ts";
import { seededIndex } from "./random.ts";

/** Up to twelve blocks give every split; beyond, this many seeded ones show the same distribution. */
const MOST_SPLITS = 20_000;

/**
 * What this host shows when there is nothing to see. Each group holds one arm's own block values; two
 * halves of h = ⌊n/2⌋ of them are compared as baseline and arm would be, |mean ln(one half) − mean ln(other
 * half)|, which is |mean log-ratio| however the halves are paired. All ways to choose the halves are tried,
 * the comparisons of all groups are pooled, and the floor is their 95th percentile, in |ln ratio|.
 *
 * Halves hold fewer pairs than the real comparison. They are deliberately not scaled by √(h/n): noise that
 * neighbouring blocks share does not average away, so no credit is taken for it. Null without two values in
 * any group, or where a value is not positive.
 */
export function noiseFloor(groups: readonly (readonly number[])[]): number | null {
  if (groups.flat().some((value) => !(value > 0))) return null;
  const differences = groups.flatMap((values) => selfComparisons(values.map(Math.log)));
  return differences.length === 0 ? null : percentile(differences, 0.95);
}

function selfComparisons(logs: readonly number[]): number[] {
  const half = Math.floor(logs.length / 2);
  const sides = splits(logs.length, half);
  return sides.map(([one, other]) => Math.abs(meanOf(logs, one) - meanOf(logs, other)));
}

type Split = readonly [one: readonly number[], other: readonly number[]];

function splits(count: number, half: number): Split[] {
  if (count <= 12) return allSplits(count, half);
  const nextIndex = seededIndex();
  return Array.from({ length: MOST_SPLITS }, () => {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let place = 0; place < 2 * half; place++) {
      const from = place + nextIndex(count - place);
      [order[place], order[from]] = [order[from]!, order[place]!];
    }
    return [order.slice(0, half), order.slice(half, 2 * half)] as const;
  });
}

function allSplits(count: number, half: number): Split[] {
  const everything = Array.from({ length: count }, (_, index) => index);
  return choose(everything, half).flatMap((one) => {
    const rest = everything.filter((index) => !one.includes(index));
    // The side with the lower first index comes first, or every split would count twice.
    return choose(rest, half)
      .filter((other) => one[0]! < other[0]!)
      .map((other) => [one, other] as const);
  });
}

function choose(from: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, place) =>
    choose(from.slice(place + 1), count - 1).map((others) => [first, ...others]),
  );
}

function meanOf(values: readonly number[], indices: readonly number[]): number {
  return mean(indices, (index) => values[index]!)!;
}
