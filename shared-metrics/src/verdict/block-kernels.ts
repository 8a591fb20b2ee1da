import type { Block } from "@quantlab/core";
import { deviceOf } from "../device-reading.ts";

/** One run of a fixed piece of computing before or after a block, on what the block computed on. */
export interface BlockKernel {
  readonly block: Block;
  /** "the host", or the device by its name. */
  readonly place: string;
  readonly milliseconds: number;
}

export const cpuPlace = "the host";

/**
 * What a block's speed is judged by: the kernel on its device, and the CPU's only where the CPU computed. Beside a device
 * the CPU hands work over: its kernel would call a run invalid for what is in none of the figures.
 */
export function kernelsOf(block: Block): BlockKernel[] {
  const device = deviceOf(block);
  const place = device ? device.calibration?.device : cpuPlace;
  if (place === undefined) return [];
  const times = device?.calibration?.milliseconds ?? block.guards.calibrationMs;
  return times.map((milliseconds) => ({ block, place, milliseconds }));
}
