import { deviceOf, peakOnDevice, usesDevice } from "../device-reading.ts";
import { memoryMetric } from "../memory-metric.ts";

/**
 * The most memory of the process tree and of its devices together. Where a device's memory is the process's own, it is
 * counted in the process already, and once. The two peaks need not fall together, so that less may do.
 */
export const peakMemoryBytes = memoryMetric(
  "peakMemoryBytes",
  {
    heading: "Peak memory with the device's",
    noun: "peak memory with the device's",
    chart: "memory",
    told: { headline: "memory", as: "needs {} the memory, the device's included" },
  },
  ({ peak }, block) => {
    const device = deviceOf(block);
    return device && !device.memory.inProcess ? peak + peakOnDevice(device) : peak;
  },
  usesDevice,
);
