import { type BlockGuards, ControlGroups, freeMemory, monotonicMs } from "@quantlab/core";
import { calibrate } from "./calibration.ts";
import { measureCopySpeed } from "./copy-speed.ts";
import { type CpuReading, foreignPercent, readCpu, stolenPercent } from "./cpu-clock.ts";
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
  #quota: QuotaClock | null = null;
  #timing: Pick<BlockGuards, "foreignCpuPercent" | "stolenCpuPercent" | "quota"> = untimed;

  private constructor(swapBytes: number | null, power: PowerReading) {
    this.#swapBytes = swapBytes;
    this.#power = power;
    this.#copyBytesPerSecond = measureCopySpeed();
    this.#calibrationMs = calibrate();
    this.#freeMemoryBytes = freeMemory();
    this.#cpu = readCpu();
  }

  static async open(): Promise<GuardReadings> {
    return new GuardReadings(await readSwapBytes(), await readPower());
  }

  get freeMemoryBytes(): number {
    return this.#freeMemoryBytes;
  }

  /**
   * Ends a phase of the block whose process is `pid`; `blockMs` is CPU time of the block's processes so far. Other
   * programs are watched until the last, the quota from the first on: a process that starts is held back by it, too.
   */
  endPhase(pid: number, blockMs: number): void {
    const cpu = readCpu();
    this.#quota ??= new QuotaClock(pid);
    this.#timing = {
      foreignCpuPercent: foreignPercent(this.#cpu, cpu, blockMs),
      stolenCpuPercent: stolenPercent(this.#cpu, cpu),
      quota: this.#quota.read(),
    };
  }

  async close(stoppedMs: number | null): Promise<BlockGuards> {
    const calibrationMs = [this.#calibrationMs, calibrate()] as const;
    const [swapBytes, power] = [await readSwapBytes(), await readPower()];
    const { onBattery } = this.#power;
    return {
      ...this.#timing,
      stoppedMs,
      freeMemoryBytes: this.#freeMemoryBytes,
      swapDeltaBytes: swapBytes === null || this.#swapBytes === null ? null : swapBytes - this.#swapBytes,
      calibrationMs,
      copyBytesPerSecond: this.#copyBytesPerSecond,
      onBattery: onBattery === null ? null : onBattery || power.onBattery === true,
      throttled: wasThrottled(this.#power, power),
    };
  }
}

/** Counts from when it is made how long the quota of a process's control groups keeps it waiting. */
class QuotaClock {
  readonly #groups: ControlGroups;
  readonly #startMs = monotonicMs();
  readonly #throttledMs: number | null;

  constructor(pid: number) {
    this.#groups = new ControlGroups(pid);
    this.#throttledMs = this.#groups.throttledMs;
  }

  read(): NonNullable<BlockGuards["quota"]> | null {
    const { throttledMs } = this.#groups;
    if (throttledMs === null || this.#throttledMs === null) return null;
    return { throttledMs: throttledMs - this.#throttledMs, ofMs: monotonicMs() - this.#startMs };
  }
}

const untimed = { foreignCpuPercent: null, stolenCpuPercent: null, quota: null };

/** Guards of a block that did not run. */
export const noGuards = (): BlockGuards => ({
  ...untimed,
  stoppedMs: null,
  freeMemoryBytes: freeMemory(),
  swapDeltaBytes: null,
  calibrationMs: [0, 0],
  copyBytesPerSecond: null,
  onBattery: null,
  throttled: null,
});
