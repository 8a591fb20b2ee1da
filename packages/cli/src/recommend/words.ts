import type { Interval } from "@quantlab/fit";
import { formatNumber } from "@quantlab/report";
import { formatBytes } from "@quantlab/terminal";
import type { Estimate } from "./estimates.ts";
import type { Evidence, Judged } from "./evidence.ts";

/** "2.10 GiB (2.01–2.19 GiB), predicted". */
export function memoryWords({ memory }: Estimate): string {
  return `${formatBytes(memory.value)}${span(memory.interval, formatBytes)}, predicted`;
}

/** "12.1 tok/s (10.9–13.4), predicted", or why nothing is. */
export function speedWords({ speed }: Estimate): string {
  if (speed.value === null) return `not predicted: ${speed.reason}`;
  return `${formatNumber(speed.value)} tok/s${span(speed.interval, formatNumber)}, predicted`;
}

/** "perplexity +0.0% to +8.6%, predicted". */
export function lossWords({ loss }: Estimate): string {
  if (loss === null) return "not predicted: no kept ladder holds this type";
  const percent = (ratio: number) => `${ratio < 1 ? "−" : "+"}${formatNumber(Math.abs(ratio - 1) * 100, 2)}%`;
  const ends = loss.low === loss.high ? percent(loss.low) : `${percent(loss.low)} to ${percent(loss.high)}`;
  return `perplexity ${ends}, predicted`;
}

function span(interval: Interval | null, format: (value: number) => string): string {
  return interval === null ? "" : ` (${format(interval[0])}–${format(interval[1])})`;
}

/** Whose figures the predictions rest on, and what their intervals are worth; a line each. */
export function evidenceLines({ host, isThisHost, shapes, memory, speed }: Evidence): string[] {
  if (host === null)
    return [
      "Predictions have no intervals, and speed is copy traffic over bytes read: exp12 has been run on no machine. Run it here: pnpm --filter exp12 start",
    ];
  const whose = isThisHost
    ? "this machine's"
    : `those of ${host.cpu} with ${host.cores} cores, for exp12 has not been run here (pnpm --filter exp12 start)`;
  return [
    `Intervals are meant to hold 90% of cases and are ${whose}, from ${shapes.join(", ")}.`,
    judgedLine("memory", memory),
    judgedLine("decode speed", speed),
  ];
}

function judgedLine(what: string, { coverage, tried }: Judged): string {
  return coverage === null
    ? `Of ${what} no interval was tried on a model that had no part in it: that takes exp12 on three models or more.`
    : `Of ${what} they held ${Math.round(coverage * tried)} of ${tried} predictions for models that had no part in them (${formatNumber(coverage * 100)}%).`;
}
