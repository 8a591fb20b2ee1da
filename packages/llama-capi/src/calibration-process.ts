import type { DeviceCalibration } from "@quantlab/core";
import { serve } from "@quantlab/processes";
import { timeDeviceKernel } from "./library/device-kernel.ts";
import { loadLlama } from "./library/llama.ts";

// The process that calibrateInOwnProcess starts.

serve({
  async calibrate(): Promise<DeviceCalibration | null> {
    const llama = loadLlama();
    const device = llama.devices.find(({ kind }) => kind === "gpu");
    if (!device) return null;
    const milliseconds = timeDeviceKernel(llama, device);
    return { device: `${device.name} (${device.description})`, milliseconds };
  },
});
