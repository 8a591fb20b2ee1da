import { median, type PairedRatio, pairedLogRatio } from "@quantlab/shared-metrics";
import { type ArmName, armNames } from "./arms.ts";
import type { Sample } from "./result.ts";
import type { Speeds } from "./shape.ts";

export type Phase = keyof Speeds;

export interface Row {
  readonly arm: ArmName;
  readonly threads: number;
  readonly phase: Phase;
  /** Median over the rounds of each block's median, in tokens a second. */
  readonly tokensPerSecond: number;
  /** The arm ÷ llama-bench of the same flags, paired by round; null for llama-bench itself and below two rounds. */
  readonly ratio: PairedRatio | null;
}

/** A row for every arm, number of threads and phase that was measured. */
export function rowsOf(samples: readonly Sample[]): Row[] {
  const threadCounts = [...new Set(samples.map((sample) => sample.threads))].sort((a, b) => a - b);
  const measured = (threads: number) =>
    armNames.filter((arm) => samples.some((sample) => sample.arm === arm && sample.threads === threads));
  return threadCounts.flatMap((threads) =>
    measured(threads).flatMap((arm) =>
      (["prefillTps", "decodeTps"] as const).map((phase) => {
        const values = blockValues(samples, arm, threads, phase);
        const reference = blockValues(samples, armNames[0], threads, phase);
        const ratio = arm === armNames[0] ? null : pairedLogRatio(reference, values);
        return { arm, threads, phase, tokensPerSecond: median(values), ratio };
      }),
    ),
  );
}

function blockValues(samples: readonly Sample[], arm: ArmName, threads: number, phase: Phase): number[] {
  return samples
    .filter((sample) => sample.arm === arm && sample.threads === threads)
    .sort((a, b) => a.round - b.round)
    .map((sample) => median(sample[phase]));
}
