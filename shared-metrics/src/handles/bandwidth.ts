import { blockMetric } from "../block-metric.ts";
import { readDecodeTps } from "./throughput.ts";

/**
 * Weight traffic of decoding against the memory traffic that a plain copy reached just before the block:
 * file bytes × decode tokens per second / (2 × copied bytes per second). A copy moves each byte twice, once
 * in and once out, while decoding only reads; hence the 2. The file stands for what a token reads: the KV
 * cache is left out, and an input embedding that is stored apart counts in full though one row is read. The
 * copy is one core's. Above 1 the weights came from a cache nearer than memory, or several cores reading
 * together are faster than one that copies.
 */
export const bandwidthUtilization = blockMetric({
  name: "bandwidthUtilization",
  label: "weight traffic ÷ copy traffic",
  unit: "ratio",
  better: null,
  read: (block) => {
    const copied = block.guards.copyBytesPerSecond;
    if (copied === null || !(copied > 0)) return { none: "the copy speed of this host was not measured" };
    if (block.model === null) return { none: "the engine's model is not a file of this machine" };
    const speed = readDecodeTps(block);
    return typeof speed === "number" ? (block.model.bytes * speed) / (2 * copied) : speed;
  },
});
