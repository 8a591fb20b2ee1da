import type { Block } from "@quantlab/core";
import type { GenerateSample } from "@quantlab/scenarios";

type Device = NonNullable<GenerateSample["device"]>;

/** The device that a block's model was computed on, or null where that was the CPU alone. */
export function deviceOf({ scenario, sample }: Block): Device | null {
  return scenario === "generate" ? ((sample as GenerateSample | null)?.device ?? null) : null;
}

/** Whether anything in these blocks was computed on a device: what is told of devices has no place in other runs. */
export const usesDevice = (blocks: readonly Block[]): boolean =>
  blocks.some((block) => deviceOf(block) !== null);

/** Bytes that a block has added to what was taken of its device. */
export const peakOnDevice = ({ memory }: Device): number => memory.peak - memory.beforeLoad;
