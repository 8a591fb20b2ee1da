import type { RequestSample, ServeSample } from "@quantlab/scenarios";
import type { Reading } from "./reading.ts";
import { percentile } from "./statistics/quantile.ts";

/** The answers that the load's own clients got. */
export function answers({ requests }: ServeSample): RequestSample[] {
  return requests.filter(({ client, failed }) => client !== null && failed === null);
}

/** Milliseconds from a request to the first piece of its answer; null where none came. */
export function ttftOf({ sentAtMs, pieceAtMs: [first] }: RequestSample): number | null {
  return first === undefined ? null : first - sentAtMs;
}

/** Milliseconds between the pieces of an answer, each to the one before. */
export function gapsOf({ pieceAtMs }: RequestSample): number[] {
  return pieceAtMs.slice(1).map((atMs, index) => atMs - pieceAtMs[index]!);
}

/** A quantile of what the clients saw; why there is none where they saw nothing. */
export function seen(values: readonly (number | null)[], share: number, what: string): Reading {
  const found = values.filter((value) => value !== null);
  return found.length === 0 ? { none: `no answer had ${what}` } : percentile(found, share);
}
