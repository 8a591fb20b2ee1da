import type { DeviceMemory } from "@quantlab/core";
import { isHosted } from "@quantlab/llama-capi/hosted-device";
import { deviceBytes } from "@quantlab/llama-capi/load-log";
import type { Llama } from "node-llama-cpp";
import { DeviceReadings } from "./device-readings.ts";

const isOfModel = (line: string) => line.includes(" model buffer size");

/** The devices of a session, watched from before its load on. node-llama-cpp tells what is taken, its log what is held. */
export class SessionDevices {
  readonly #taken: () => Promise<number | null>;
  readonly #readings: DeviceReadings;
  #modelBytes = 0;
  #contextBytes = 0;

  private constructor(taken: () => Promise<number | null>, readings: DeviceReadings) {
    this.#taken = taken;
    this.#readings = readings;
  }

  static async open(llama: Llama): Promise<SessionDevices> {
    const names = llama.gpu === false ? [] : await llama.getGpuDeviceNames();
    const inProcess = names.every(isHosted);
    const taken = async () => (inProcess ? null : (await llama.getVramState()).used);
    return new SessionDevices(taken, new DeviceReadings(inProcess, await taken()));
  }

  /** `lines`: what llama.cpp logged while it made the model and its first context. */
  async loaded(lines: readonly string[]): Promise<void> {
    this.#modelBytes = deviceBytes(lines.filter(isOfModel));
    this.#contextBytes = deviceBytes(lines.filter((line) => !isOfModel(line)));
    this.#readings.loaded(await this.#reading());
  }

  /** Another context has taken the place of the first; `lines` were logged meanwhile. */
  replaced(lines: readonly string[]): void {
    this.#contextBytes = deviceBytes(lines);
  }

  async look(): Promise<DeviceMemory | null> {
    this.#readings.look(await this.#reading());
    return this.#readings.summary();
  }

  async #reading() {
    return { taken: await this.#taken(), buffers: this.#modelBytes + this.#contextBytes };
  }
}
