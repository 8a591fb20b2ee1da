import type { MetricHandle } from "@quantlab/core";
import { peakDeviceBytes } from "./metrics/peak-device-bytes.ts";
import { peakMemoryBytes } from "./metrics/peak-memory-bytes.ts";
import { peakRssBytes } from "./metrics/peak-rss-bytes.ts";

/**
 * What a report tells of memory at its peak: the process's and the devices' together, and each alone. Of a run on the CPU only the
 * process's is there. The first that a result has is what an arm needs.
 */
export const peakMemory: readonly MetricHandle[] = [peakMemoryBytes, peakRssBytes, peakDeviceBytes];
