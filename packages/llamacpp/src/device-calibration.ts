import type { DeviceCalibration } from "@quantlab/core";
import { calibrateInOwnProcess } from "@quantlab/llama-capi/calibration";
import { gpuKinds, gpuReady } from "@quantlab/llama-capi/gpu-packages";

/** The device's time for a fixed piece of computing; null where nothing is computed on one. */
export async function calibrateDevice({
  gpu = "auto",
  gpuLayers,
  library,
}: {
  readonly gpu?: string | false;
  readonly gpuLayers?: number | string;
  readonly library?: string;
}): Promise<DeviceCalibration | null> {
  // Metal is part of what every Mac has; elsewhere a process is not started for nothing.
  const possible = process.platform === "darwin" || (library !== "native" && gpuKinds.some(gpuReady));
  return possible && gpu !== false && gpuLayers !== 0 ? calibrateInOwnProcess() : null;
}
