import { blockMetric } from "../block-metric.ts";
import { deviceOf, usesDevice } from "../device-reading.ts";
import { memory } from "../displays.ts";

/** Memory of the devices that computed at the end of the last generation, beyond what was taken there before the load. */
export const deviceAfterGenerateBytes = blockMetric({
  name: "deviceAfterGenerateBytes",
  unit: "bytes",
  better: "lower",
  display: {
    ...memory,
    heading: "Device memory after generation",
    noun: "device memory after generation",
  },
  scenario: "generate",
  concerns: usesDevice,
  read: (_, block) => {
    const device = deviceOf(block);
    return device ? device.memory.now - device.memory.beforeLoad : { none: "the CPU computed alone" };
  },
});
