import { threadsWarning } from "@quantlab/core";
import { printWarning } from "./error-lines.ts";
import { wholeNumber } from "./number-flags.ts";

/** Reads an option that is a number of threads; whoever asks for more than there are cores is warned on stderr. */
export function threadCount(flag: string): (typed: string) => number {
  const read = wholeNumber(flag, 1);
  return (typed) => {
    const threads = read(typed);
    const warning = threadsWarning(threads);
    if (warning !== null) printWarning(`${flag} ${threads}: ${warning}`);
    return threads;
  };
}
