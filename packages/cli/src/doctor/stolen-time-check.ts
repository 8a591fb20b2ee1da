import { readCpu, stolenPercent } from "@quantlab/runner";
import { STOLEN_CPU_PERCENT } from "@quantlab/shared-metrics";
import { type Check, ok, warn } from "./check.ts";

const remedy = "measure on a machine that shares its cores with no others, or when those are quiet";

/** What a virtual machine's host has given to others since this one started; none where no host takes any. */
export async function checkStolenTime(): Promise<Check[]> {
  const now = readCpu();
  const percent = stolenPercent({ ...now, busyMs: 0, stolenMs: 0 }, now);
  if (percent === null || now.stolenMs === 0) return [];
  const detail = `${percent.toFixed(1)}% of the CPU time that was asked for since the start went to other machines`;
  return [percent > STOLEN_CPU_PERCENT ? warn("stolen time", detail, remedy) : ok("stolen time", detail)];
}
