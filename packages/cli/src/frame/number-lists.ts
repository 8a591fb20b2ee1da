import { UsageError } from "@quantlab/core";
import { threadCount } from "@quantlab/terminal";
import type { ListReader } from "./lists.ts";

/** More are no list that anybody means. */
const mostNumbers = 10_000;
/** llama.cpp counts tokens in 32 bits. */
const largest = 2 ** 31 - 1;

/**
 * Reads numbers as llama-bench does: "64,256", "0-512+128" in steps of 128, "1-8*2" by doubling. Throws a UsageError for
 * what is no number or less than `least`, and for a range that is empty, has no end, or more than 10,000 numbers.
 */
export function numberList(flag: string, least: number): ListReader<number> {
  return (typed, before = []) => {
    const numbers = typed.split(",").flatMap((part) => numbersOf(flag, part.trim(), least));
    return [...before, ...numbers];
  };
}

/** Numbers of threads; of more than there are cores the largest is warned of on stderr. */
export function threadList(flag: string): ListReader<number> {
  const read = numberList(flag, 1);
  const warn = threadCount(flag);
  return (typed, before = []) => {
    const numbers = read(typed);
    warn(String(Math.max(...numbers)));
    return [...before, ...numbers];
  };
}

/** "512,128": a prompt and so many tokens behind it. */
export function promptAndAnswer(
  flag: string,
): (typed: string, before?: readonly TokenPair[]) => readonly TokenPair[] {
  return (typed, before = []) => {
    const pair = /^(\d+),(\d+)$/.exec(typed)?.slice(1).map(Number) as [number, number] | undefined;
    if (pair?.every((tokens) => tokens > 0 && tokens <= largest)) return [...before, pair];
    throw new UsageError(
      `${flag} "${typed}" is not a number of prompt tokens and one of new tokens`,
      `write ${flag} 512,128; give the flag again for another pair`,
    );
  };
}

export type TokenPair = readonly [prompt: number, generated: number];

const range = /^(-?\d+)(?:-(\d+)(?:([+*])(\d+))?)?$/;

function numbersOf(flag: string, part: string, least: number): number[] {
  const [, first, last = first, operator, step = "1"] = range.exec(part) ?? [];
  const [from, to, by] = [Number(first), Number(last), Number(step)];
  if (first === undefined || from < least || to > largest) {
    throw new UsageError(
      `${flag} "${part}" is neither a whole number of at least ${least} nor a range of such`,
      `write ${flag} 64,256 or ${flag} 128-512+128 or ${flag} 1-8*2`,
    );
  }
  if (to < from) throw new UsageError(`${flag} "${part}" is an empty range`, `write ${flag} ${to}-${from}`);
  const numbers: number[] = [];
  for (let number = from; number <= to; ) {
    if (numbers.length === mostNumbers) {
      throw new UsageError(
        `${flag} "${part}" is a range of more than ${mostNumbers} numbers`,
        `take larger steps: ${flag} ${from}-${to}+${Math.ceil((to - from) / 10)}`,
      );
    }
    numbers.push(number);
    const next = operator === "*" ? number * by : number + by;
    if (next <= number) {
      throw new UsageError(
        `${flag} "${part}" is a range without an end: behind ${number} comes ${next}`,
        "add at least 1, or begin at 1 and multiply by at least 2",
      );
    }
    number = next;
  }
  return numbers;
}
