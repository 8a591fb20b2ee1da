import { readPower } from "@quantlab/runner";
import { type Check, ok, warn } from "./check.ts";

const remedy = "plug the machine in before measuring: on battery the processor is slowed down";

/** Mains or battery, as the runner's guards read it; none where the system does not tell. */
export async function checkPower(): Promise<Check[]> {
  const { onBattery } = await readPower();
  if (onBattery === null) return [];
  return [onBattery ? warn("power", "on battery", remedy) : ok("power", "on mains")];
}
