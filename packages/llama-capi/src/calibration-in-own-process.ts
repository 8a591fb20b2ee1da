import path from "node:path";
import { type DeviceCalibration, EngineError } from "@quantlab/core";
import { callOnce, nodeScript } from "@quantlab/processes";

const script = path.join(import.meta.dirname, "calibration-process.ts");

/**
 * Times the fixed piece of computing on the GPU that llama.cpp takes by itself, in a process of its own, so that nothing
 * of it is left in the memory of the one that asks. Null where there is no GPU, or it cannot compute it.
 */
export async function calibrateInOwnProcess(): Promise<DeviceCalibration | null> {
  const program = nodeScript(script, {
    name: "llama.cpp",
    limits: { silenceMs: 120_000, cancelMs: 0 },
    onPrinted: () => true,
    failure: ({ what }) => new EngineError("llama.cpp", `the calibration's process ${what}`),
  });
  try {
    return await callOnce<DeviceCalibration | null>(program, "calibrate", null);
  } catch (error) {
    // The models may run all the same: the run is then judged without it, and says so.
    if (error instanceof EngineError) return null;
    throw error;
  }
}
