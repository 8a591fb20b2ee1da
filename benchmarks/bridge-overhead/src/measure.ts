import { inSeededOrder } from "@quantlab/benchmark-tools";
import { median } from "@quantlab/shared-metrics";
import { type ArmSetting, runArm } from "./arms.ts";
import { type EngineName, engines } from "./engines.ts";
import type { Sample } from "./result.ts";

export interface MeasureOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly onProgress: (line: string) => void;
}

/** Every round runs each arm of each engine once, in a seeded random order: drift hits all alike. */
export async function measure(
  settings: ReadonlyMap<EngineName, ArmSetting>,
  { rounds, seed, onProgress }: MeasureOptions,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const blocks = [...settings].flatMap(([engine, setting]) =>
    engines[engine].arms.map((arm) => ({ engine, arm, setting })),
  );
  for (let round = 0; round < rounds; round++) {
    const order = inSeededOrder(blocks, { seed, round, nameOf: ({ engine, arm }) => `${engine} ${arm}` });
    for (const { engine, arm, setting } of order) {
      setting.signal.throwIfAborted();
      const speeds = await runArm(engine, arm, setting);
      samples.push({ round, engine, arm, ...speeds });
      const [prompt, decode] = [speeds.promptTps, speeds.decodeTps].map((of) => median(of).toFixed(1));
      onProgress(`round ${round + 1}/${rounds}  ${engine}, ${arm}: prompt ${prompt}, decode ${decode} tok/s`);
    }
  }
  return samples;
}
