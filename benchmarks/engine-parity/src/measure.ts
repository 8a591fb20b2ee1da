import { inSeededOrder } from "@quantlab/benchmark-tools";
import { median } from "@quantlab/shared-metrics";
import { type ArmName, type ArmSetting, isTelling, runArm } from "./arms.ts";
import type { Sample } from "./result.ts";

export interface MeasureOptions {
  readonly arms: readonly ArmName[];
  readonly rounds: number;
  readonly threads: readonly number[];
  readonly seed: number;
  readonly onProgress: (line: string) => void;
}

/** Every round runs each arm once for each number of threads, in a seeded random order: drift hits all alike. */
export async function measure(setting: ArmSetting, options: MeasureOptions): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const { arm, threads } of roundOrder(round, options)) {
      setting.signal.throwIfAborted();
      const speeds = await runArm(arm, threads, setting);
      samples.push({ round, arm, threads, ...speeds });
      const [prefill, decode] = [speeds.prefillTps, speeds.decodeTps].map((of) => median(of).toFixed(1));
      options.onProgress(
        `round ${round + 1}/${options.rounds}  ${arm}, ${threads} threads: prefill ${prefill}, decode ${decode} tok/s`,
      );
    }
  }
  return samples;
}

function roundOrder(
  round: number,
  { arms, threads, seed }: MeasureOptions,
): { arm: ArmName; threads: number }[] {
  const blocks = threads.flatMap((count) =>
    arms.filter((arm) => isTelling(arm, count)).map((arm) => ({ arm, threads: count })),
  );
  return inSeededOrder(blocks, { seed, round, nameOf: (block) => `${block.arm} ${block.threads}` });
}
