import type { Block, EngineInfo, ModelFile, Run } from "@quantlab/core";
import type { Bench } from "../src/bench/plan.ts";

const model: ModelFile = {
  ref: { id: "sprout", form: "gguf", quantization: "Q4_K_M" },
  path: "/somewhere/sprout-Q4_K_M.gguf",
  sha256: "00",
  bytes: 3_000_000,
  parameters: 5_000_000,
  bitsPerWeight: 4.8,
  synthetic: false,
  provenance: [],
};

const engineOf = (threads: number): EngineInfo => ({
  pid: 1,
  name: "llama.cpp",
  version: "v0.5.0",
  devices: ["CPU (A processor)", "Vulkan0 (A card)"],
  threads,
  contextSize: 256,
  kvCacheTypes: ["f16", "q8_0"],
  flashAttention: true,
  buffers: {},
});

/** A quiet run's blocks of one arm: one for each decode speed in tokens per second. */
export function blocksAt(arm: string, threads: number, rates: readonly number[]): Block[] {
  return rates.map((rate, index) => ({
    arm,
    scenario: "generate",
    index,
    status: "measured",
    reason: null,
    model,
    engine: engineOf(threads),
    coldStart: false,
    memory: null,
    overheadMs: 100,
    guards: {
      foreignCpuPercent: 1,
      freeMemoryBytes: 2 ** 33,
      swapDeltaBytes: 0,
      calibrationMs: [100, 101],
      copyBytesPerSecond: 5e9,
      onBattery: false,
      throttled: false,
    },
    sample: {
      loadMs: 20,
      warmups: [],
      generations: [
        {
          startedAtMs: 1000,
          promptDoneAtMs: 1040,
          promptTokens: 1,
          tokenAtMs: [1050, 1050 + 1000 / rate],
          tokenIds: [1, 2],
          engineCounters: {},
        },
      ],
      cpu: null,
      allocatorPeakBytes: null,
      outputText: "",
    },
  }));
}

/** A bench's run of these blocks, on a machine whose processor has such a name. */
export function runOf({ plan }: Bench, blocks: readonly Block[], cpu: string): Run {
  const { baseline, protocol, arms } = plan;
  return {
    schemaVersion: 2,
    experiment: plan.id,
    digest: "d",
    model: "sprout",
    full: false,
    overrides: {},
    baseline,
    reference: null,
    protocol,
    host: {
      id: "host",
      cpu,
      cores: 2,
      memoryBytes: 2 ** 34,
      os: "Linux 6",
      arch: "x64",
      node: "24",
      accelerator: null,
    },
    startedAt: "2026-01-01T00:00:00.123Z",
    finishedAt: "2026-01-01T00:01:00.000Z",
    lab: { version: "0.1.0", commit: null, modified: false },
    arms: arms.map(({ name, subject, workloads, against = baseline }) => ({
      name,
      subject,
      against,
      quantization: "Q4_K_M",
      workloads,
    })),
    blocks,
  };
}
