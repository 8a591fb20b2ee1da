import { ticks } from "d3-array";

/** From values to pixels, with the values that are marked. */
export interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

const logarithmicFrom = 3;
const room = 0.07;

/** Spreads `values` over the pixels from `start` to `end`, logarithmically where they span more than a factor of 3. */
export function scaleOf(values: readonly number[], [start, end]: readonly [number, number]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const logarithmic = low > 0 && high / low > logarithmicFrom;
  const [to, back] = logarithmic ? [Math.log, Math.exp] : [identity, identity];
  const span = to(high) - to(low) || Math.abs(to(high)) || 1;
  const [from, until] = [to(low) - span * room, to(high) + span * room];
  const marks = logarithmic
    ? logarithmicTicks(back(from), back(until))
    : ticks(from, until, 5).filter((tick) => tick > from && tick < until);
  return {
    ticks: marks,
    at: (value) => start + ((to(value) - from) / (until - from)) * (end - start),
  };
}

/** Round numbers within a span: from every power of ten to every digit, as many as leave room for their labels. */
function logarithmicTicks(low: number, high: number): number[] {
  const digits = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 8]];
  const sets = digits.map((multiples) => {
    const marks: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
      for (const multiple of multiples) marks.push(Number(`${multiple}e${power}`));
    return marks.filter((mark) => mark > low && mark < high);
  });
  return sets.find((marks) => marks.length >= 4) ?? sets.at(-1)!;
}

function identity(value: number): number {
  return value;
}
