import { blockMetric } from "../block-metric.ts";
import { deviceOf, peakOnDevice, usesDevice } from "../device-reading.ts";
import { memory } from "../displays.ts";

/** The most memory that was taken of the devices that computed, beyond what was taken there before the load. */
export const peakDeviceBytes = blockMetric({
  name: "peakDeviceBytes",
  unit: "bytes",
  better: "lower",
  display: { ...memory, heading: "Peak device memory", noun: "peak device memory" },
  scenario: "generate",
  concerns: usesDevice,
  read: (_, block) => {
    const device = deviceOf(block);
    return device ? peakOnDevice(device) : { none: "the CPU computed alone" };
  },
});
