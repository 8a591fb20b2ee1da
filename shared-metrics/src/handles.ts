import type { MetricHandle } from "@quantlab/core";
import { accuracy } from "./handles/accuracy.ts";
import { bandwidthUtilization } from "./handles/bandwidth.ts";
import { bitsPerByte } from "./handles/bits-per-byte.ts";
import { cpuPercent } from "./handles/cpu.ts";
import {
  kldMax,
  kldMean,
  kldMedian,
  kldP99,
  kldP999,
  rmsDeltaP,
  topTokenAgreement,
} from "./handles/divergence.ts";
import { flips } from "./handles/flips.ts";
import { totalMs, ttftMs } from "./handles/latency.ts";
import { coldLoadMs, loadMs, modelLoadMs } from "./handles/load.ts";
import { peakRssBytes, rssAfterGenerateBytes, rssAfterLoadBytes } from "./handles/memory.ts";
import { bitsPerWeight, modelBytes, weightBytes } from "./handles/model-file.ts";
import { perplexity } from "./handles/perplexity.ts";
import { decodeTps, prefillTps } from "./handles/throughput.ts";

/** Every metric that the lab measures, in the order in which a table reads well. */
export const metricHandles: readonly MetricHandle[] = [
  loadMs,
  modelLoadMs,
  coldLoadMs,
  ttftMs,
  prefillTps,
  decodeTps,
  totalMs,
  rssAfterLoadBytes,
  rssAfterGenerateBytes,
  peakRssBytes,
  cpuPercent,
  modelBytes,
  weightBytes,
  bitsPerWeight,
  bandwidthUtilization,
  perplexity,
  bitsPerByte,
  kldMean,
  kldMedian,
  kldP99,
  kldP999,
  kldMax,
  topTokenAgreement,
  rmsDeltaP,
  accuracy,
  flips,
];
