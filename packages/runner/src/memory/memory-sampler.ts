import { type BlockMemory, monotonicMs } from "@quantlab/core";
import type { ProcessProbe } from "./probe.ts";

/** 25 samples a second. A sample costs tens of microseconds, so that the engine's threads are left alone. */
const sampleEveryMs = 40;
/** Looking for helper processes is dearer than reading known ones. */
const lookForChildrenEveryMs = 500;

interface Reading {
  readonly atMs: number;
  readonly bytes: ReadonlyMap<number, number>;
}

/** Samples the memory of a process and of everything it started, from outside. */
export class MemorySampler {
  readonly #probe: ProcessProbe;
  readonly #root: number;
  readonly #parents = new Map<number, number>();
  readonly #readings: Reading[] = [];
  readonly #marks = new Map<string, Reading>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(probe: ProcessProbe, root: number) {
    this.#probe = probe;
    this.#root = root;
  }

  /** Takes one exact reading at a phase's end. Sampling runs from the first mark on. */
  mark(phase: string): void {
    this.#lookedAtMs = Number.NEGATIVE_INFINITY;
    this.#marks.set(phase, this.#sample());
    this.#timer ??= setInterval(() => this.#sample(), sampleEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** CPU time in milliseconds of what the root started, ended or not; 0 where the platform does not tell. */
  helpersCpuMs(): number {
    const ended = [...this.#parents.keys()].map((pid) => this.#probe.endedChildrenCpuMs(pid) ?? 0);
    const helpers = [...this.#parents.keys()].filter((pid) => pid !== this.#root);
    const running = helpers.map((pid) => this.#probe.cpuMs(pid) ?? 0);
    return [...ended, ...running].reduce((sum, milliseconds) => sum + milliseconds, 0);
  }

  /**
   * Memory of the process `holder` and its descendants until the last mark. `peak` is the largest sample: a rise that is
   * over within one sampling interval is not seen. Null when it is no process below the root.
   */
  summary(holder: number): BlockMemory | null {
    const endMs = [...this.#marks.values()].at(-1)?.atMs ?? 0;
    const samples = this.#readings
      .filter(({ atMs }) => atMs <= endMs)
      .map((reading) => [reading.atMs, this.#below(holder, reading)] as const)
      .filter(([, bytes]) => bytes > 0);
    if (samples.length === 0) return null;
    const marks = [...this.#marks].map(([phase, reading]) => [phase, this.#below(holder, reading)] as const);
    return {
      metric: this.#probe.metric,
      samples: withoutRepeats(samples),
      // Where the process started during a phase, or ended in one, it has none then.
      marks: Object.fromEntries(marks.filter(([, bytes]) => bytes > 0)),
      peak: samples.reduce((most, [, bytes]) => Math.max(most, bytes), 0),
    };
  }

  #sample(): Reading {
    const atMs = monotonicMs();
    if (atMs - this.#lookedAtMs > lookForChildrenEveryMs) this.#lookForChildren(atMs);
    const bytes = new Map<number, number>();
    for (const pid of this.#parents.keys()) {
      const read = this.#probe.bytes(pid);
      if (read !== null) bytes.set(pid, read);
    }
    const reading = { atMs, bytes };
    this.#readings.push(reading);
    return reading;
  }

  #lookForChildren(atMs: number): void {
    this.#lookedAtMs = atMs;
    const queue: [pid: number, parent: number][] = [[this.#root, 0]];
    for (let next = queue.pop(); next; next = queue.pop()) {
      const [pid, parent] = next;
      this.#parents.set(pid, parent);
      for (const child of this.#probe.children(pid)) queue.push([child, pid]);
    }
  }

  #below(ancestor: number, reading: Reading): number {
    let sum = 0;
    for (const [pid, bytes] of reading.bytes) {
      let above: number | undefined = pid;
      while (above !== undefined && above !== ancestor) above = this.#parents.get(above);
      if (above === ancestor) sum += bytes;
    }
    return sum;
  }
}

/** Of equal neighbours only the first and last stay: the course of a long block is kept in few numbers. */
function withoutRepeats(samples: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  return samples.filter(
    ([, bytes], index) => bytes !== samples[index - 1]?.[1] || bytes !== samples[index + 1]?.[1],
  );
}
