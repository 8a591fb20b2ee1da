import type { BlockGuards } from "@quantlab/core";
import { calibrate } from "./calibration.ts";
import { measureCopySpeed } from "./copy-speed.ts";
import { type CpuReading, foreignPercent, readCpu } from "./cpu-clock.ts";
import { type PowerReading, readPower, wasThrottled } from "./power.ts";
import { readSwapBytes } from "./swap.ts";

/** The host's state around one block. Made before its process starts, closed after it has ended. */
export class GuardReadings {
  readonly #calibrationMs: number;
  readonly #copyBytesPerSecond: number;
  readonly #freeMemoryBytes: number;
  readonly #swapBytes: number | null;
  readonly #power: PowerReading;
  readonly #cpu: CpuReading;
  #foreignCpuPercent: number | null = null;

  private constructor(swapBytes: number | null, power: PowerReading) {
    this.#swapBytes = swapBytes;
    this.#power = power;
    this.#copyBytesPerSecond = measureCopySpeed();
    this.#calibrationMs = calibrate();
    // Counts a container's limit too, unlike the host's free memory.
    this.#freeMemoryBytes = process.availableMemory();
    this.#cpu = readCpu();
  }

  static async open(): Promise<GuardReadings> {
    return new GuardReadings(await readSwapBytes(), await readPower());
  }

  get freeMemoryBytes(): number {
    return this.#freeMemoryBytes;
  }

  /** Ends the time over which other programs are watched; `blockMs` is CPU time of the block's processes so far. */
  closeTiming(blockMs: number): void {
    this.#foreignCpuPercent = foreignPercent(this.#cpu, readCpu(), blockMs);
  }

  async close(): Promise<BlockGuards> {
    const calibrationMs = [this.#calibrationMs, calibrate()] as const;
    const [swapBytes, power] = [await readSwapBytes(), await readPower()];
    const { onBattery } = this.#power;
    return {
      foreignCpuPercent: this.#foreignCpuPercent,
      freeMemoryBytes: this.#freeMemoryBytes,
      swapDeltaBytes: swapBytes === null || this.#swapBytes === null ? null : swapBytes - this.#swapBytes,
      calibrationMs,
      copyBytesPerSecond: this.#copyBytesPerSecond,
      onBattery: onBattery === null ? null : onBattery || power.onBattery === true,
      throttled: wasThrottled(this.#power, power),
    };
  }
}

/** Guards of a block that did not run. */
export const noGuards = (): BlockGuards => ({
  foreignCpuPercent: null,
  freeMemoryBytes: process.availableMemory(),
  swapDeltaBytes: null,
  calibrationMs: [0, 0],
  copyBytesPerSecond: null,
  onBattery: null,
  throttled: null,
});
