import { median, type PairedRatio, pairedLogRatio } from "@quantlab/shared-metrics";
import { type ArmName, type EngineName, engines } from "./engines.ts";
import type { Sample } from "./result.ts";
import type { Speeds } from "./shape.ts";

export interface Row {
  readonly engine: EngineName;
  readonly arm: ArmName;
  readonly phases: Readonly<Record<keyof Speeds, Phase>>;
}

export interface Phase {
  /** Median over the rounds of each block's median, in tokens a second. */
  readonly tokensPerSecond: number;
  /** The arm ÷ the engine's plain loop and ÷ mlx_lm.benchmark, paired by round; null for itself and below two rounds. */
  readonly overPlain: PairedRatio | null;
  readonly overBenchmark: PairedRatio | null;
}

/** A row for every arm that was measured. */
export function rowsOf(samples: readonly Sample[]): Row[] {
  return (Object.keys(engines) as EngineName[])
    .filter((engine) => samples.some((sample) => sample.engine === engine))
    .flatMap((engine) =>
      engines[engine].arms.map((arm) => ({
        engine,
        arm,
        phases: {
          promptTps: phaseOf(samples, engine, arm, "promptTps"),
          decodeTps: phaseOf(samples, engine, arm, "decodeTps"),
        },
      })),
    );
}

function phaseOf(samples: readonly Sample[], engine: EngineName, arm: ArmName, phase: keyof Speeds): Phase {
  const of = (name: ArmName) =>
    samples
      .filter((sample) => sample.engine === engine && sample.arm === name)
      .toSorted((a, b) => a.round - b.round)
      .map((sample) => median(sample[phase]));
  const values = of(arm);
  const over = (reference: ArmName) =>
    arm === reference || of(reference).length !== values.length
      ? null
      : pairedLogRatio(of(reference), values);
  return {
    tokensPerSecond: median(values),
    overPlain: over("plain loop"),
    overBenchmark: over("mlx_lm.benchmark"),
  };
}
