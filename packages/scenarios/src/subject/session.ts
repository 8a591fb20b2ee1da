import type { DeviceCalibration, ModelSubject, ReadySubject, Session } from "@quantlab/core";
import { engineById } from "@quantlab/engines";

export interface OpenEngine {
  load(signal: AbortSignal): Promise<Session>;
  /** Times a fixed piece of computing on the engine's device; null where that is the CPU. */
  calibrate(): Promise<DeviceCalibration | null>;
}

/** A ready subject's engine with its library loaded, so that what it takes to load a model is the model's alone. */
export async function openEngine({ subject, model }: ReadySubject): Promise<OpenEngine> {
  const { engine, options } = subject as ModelSubject;
  const backend = engineById(engine).backend(options);
  await backend.probe();
  return {
    load: (signal) => backend.load(model!, signal),
    calibrate: async () => (await backend.calibrate?.()) ?? null,
  };
}
