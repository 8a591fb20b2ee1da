import { type Forecast, InsufficientSpaceError } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { requireRoom } from "../src/index.ts";

const gibibyte = 2 ** 30;

const forecast: Forecast = {
  processBytes: 0.1 * gibibyte,
  vocabularyBytes: 0.1 * gibibyte,
  buffers: {
    CPU: { weights: 1 * gibibyte, cache: 0.5 * gibibyte, compute: 0.3 * gibibyte },
    CPU_REPACK: { weights: 1 * gibibyte, cache: 0, compute: 0 },
  },
  mappedBytes: 2 * gibibyte,
  contextSize: 4096,
  kvCacheTypes: ["f16", "f16"],
  layers: 10,
  queriesPerKey: 1,
  reads: {},
};

describe("room for a model", () => {
  it("is for its file's pages, what is copied beside them, keys and values, and what is computed in", () => {
    expect(() => requireRoom(forecast, "m.gguf", 4.01 * gibibyte)).not.toThrow();
    expect(() => requireRoom(forecast, "m.gguf", 3.99 * gibibyte)).toThrow(InsufficientSpaceError);
  });

  it("is refused with both figures and what to do", () => {
    expect(() => requireRoom(forecast, "m.gguf", 2 * gibibyte)).toThrow(
      "m.gguf with a context of 4096 tokens needs about 4.00 GiB of memory, 2.00 GiB is free",
    );
  });

  it("leaves out what lies on devices, and says so", () => {
    const onDevice = {
      ...forecast,
      mappedBytes: 0,
      buffers: { ...forecast.buffers, Vulkan0: forecast.buffers.CPU! },
    };
    expect(() => requireRoom(onDevice, "m.gguf", 3.01 * gibibyte)).not.toThrow();
    expect(() => requireRoom(onDevice, "m.gguf", 1 * gibibyte)).toThrow(
      /beside what lies on devices, needs about 3\.00 GiB/,
    );
  });
});
