import type { DeviceMemory } from "@quantlab/core";
import { type Context, type Device, loadLlama, type Model, takenBytes } from "@quantlab/llama-capi";
import { isHosted } from "@quantlab/llama-capi/hosted-device";
import { DeviceReadings } from "./device-readings.ts";
import type { LlamacppEngineOptions } from "./engine-options.ts";

/** The devices that an engine session may compute on, watched from before its load on. */
export class EngineDevices {
  readonly #devices: readonly Device[];
  readonly #readings: DeviceReadings;
  readonly #taken: () => number | null;

  constructor({ gpu, library }: Pick<LlamacppEngineOptions, "gpu" | "library">) {
    const llama = loadLlama(gpu, library);
    this.#devices = gpu === false ? [] : llama.devices.filter(({ kind }) => kind === "gpu");
    const inProcess = this.#devices.every(({ description }) => isHosted(description));
    this.#taken = () => (inProcess ? null : takenBytes(llama, this.#devices));
    this.#readings = new DeviceReadings(inProcess, this.#taken());
  }

  loaded(model: Model, context: Context): void {
    if (this.#devices.length > 0) this.#readings.loaded(this.#reading(model, [context]));
  }

  /** `contexts`: all that there are at the moment. */
  look(model: Model, contexts: readonly Context[]): void {
    if (this.#devices.length > 0) this.#readings.look(this.#reading(model, contexts));
  }

  summary(): DeviceMemory | null {
    return this.#readings.summary();
  }

  #reading(model: Model, contexts: readonly Context[]) {
    const buffers = contexts.reduce((sum, context) => sum + context.deviceBytes, model.deviceBytes);
    return { taken: this.#taken(), buffers };
  }
}
