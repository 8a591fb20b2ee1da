import type { DeviceMemory } from "@quantlab/core";

/** One look at the devices' memory, in bytes. */
export interface DeviceReading {
  /** By anybody, as the drivers tell it; null where that says nothing of this process. */
  readonly taken: number | null;
  /** By llama.cpp's buffers. */
  readonly buffers: number;
}

/**
 * What a session takes of its devices, from before its load on. llama.cpp keeps on a device what it once took until a
 * context is freed, so looks at the ends of its calls see the most, and no generation is disturbed by one.
 */
export class DeviceReadings {
  readonly #inProcess: boolean;
  readonly #before: number | null;
  #afterLoad = 0;
  #now = 0;
  #peak = 0;
  #buffers = 0;

  /**
   * `inProcess`: the devices' memory is the process's own, of which drivers tell nothing of use: llvmpipe's says that all is
   * free, whatever is held. On CUDA the look before the load starts the runtime, whose own memory is in `takenBefore`.
   */
  constructor(inProcess: boolean, takenBefore: number | null) {
    this.#inProcess = inProcess;
    this.#before = inProcess ? null : takenBefore;
    this.#peak = this.#before ?? 0;
  }

  loaded(reading: DeviceReading): void {
    this.look(reading);
    this.#afterLoad = this.#now;
  }

  look({ taken, buffers }: DeviceReading): void {
    const before = this.#before ?? 0;
    // What another program gives back meanwhile, and a driver that does not count, must not hide what is held.
    const driver = this.#before === null || taken === null ? 0 : taken;
    this.#now = Math.max(driver, before + buffers);
    this.#peak = Math.max(this.#peak, this.#now);
    this.#buffers = buffers;
  }

  /** Null where nothing was ever held there: the CPU computes alone. */
  summary(): DeviceMemory | null {
    if (this.#buffers === 0) return null;
    return {
      counted: this.#before === null ? "buffers" : "driver",
      inProcess: this.#inProcess,
      beforeLoad: this.#before ?? 0,
      afterLoad: this.#afterLoad,
      now: this.#now,
      peak: this.#peak,
      buffers: this.#buffers,
    };
  }
}
