import { type BlockMemory, monotonicMs } from "@quantlab/core";
import type { ProcessProbe, ProcessState } from "./probe.ts";

/** 25 samples a second. A sample costs tens of microseconds, so that the engine's threads are left alone. */
const sampleEveryMs = 40;
/** Looking for helper processes is dearer than reading known ones. */
const lookForChildrenEveryMs = 500;
/** A sample that is so late came behind a stop of this process; a busy machine delays one far less. */
const frozenMs = 500;
/** In a stop of this process: where the others used less of it, they were stopped with it. */
const frozenShare = 0.05;

interface Reading {
  readonly atMs: number;
  readonly processes: ReadonlyMap<number, ProcessState>;
}

/** Samples a process and everything it started from outside: memory, CPU time, and whether they run at all. */
export class ProcessSampler {
  readonly #probe: ProcessProbe;
  readonly #root: number;
  readonly #parents = new Map<number, number>();
  readonly #readings: Reading[] = [];
  readonly #marks = new Map<string, Reading>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  readonly #timer: NodeJS.Timeout;

  constructor(probe: ProcessProbe, root: number) {
    this.#probe = probe;
    this.#root = root;
    this.#timer = setInterval(() => this.#sample(), sampleEveryMs);
  }

  /** Takes one exact reading at a phase's end. */
  mark(phase: string): void {
    this.#lookedAtMs = Number.NEGATIVE_INFINITY;
    this.#marks.set(phase, this.#sample());
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** CPU time in milliseconds of what the root started, ended or not; 0 where the platform does not tell. */
  helpersCpuMs(): number {
    const reading = this.#readings.at(-1);
    return reading ? cpuMsOf(reading) - (reading.processes.get(this.#root)?.cpuMs ?? 0) : 0;
  }

  /**
   * Memory of the process `holder` and its descendants from the first mark to the last. `peak` is the system's own: a
   * process whose high-water mark rose between two samples counts with that, and several may have risen one after the
   * other. Null when it is no process below the root.
   */
  summary(holder: number): BlockMemory | null {
    const readings = this.#marked();
    const samples = readings
      .map((reading) => [reading.atMs, this.#below(holder, reading)] as const)
      .filter(([, bytes]) => bytes > 0);
    if (samples.length === 0) return null;
    const marks = [...this.#marks].map(([phase, reading]) => [phase, this.#below(holder, reading)] as const);
    const peaks = readings.map((reading, index) => this.#below(holder, reading, readings[index - 1]));
    return {
      metric: this.#probe.metric,
      samples: withoutRepeats(samples),
      // Where the process started during a phase, or ended in one, it has none then.
      marks: Object.fromEntries(marks.filter(([, bytes]) => bytes > 0)),
      peak: peaks.reduce((most, bytes) => Math.max(most, bytes), 0),
    };
  }

  /**
   * Milliseconds so far in which a process was stopped by a signal, or all of them were frozen together with this one, as
   * a container or a virtual machine can be.
   */
  stoppedMs(): number {
    return this.#readings.reduce((sum, reading, index) => {
      const before = this.#readings[index - 1];
      if (!before) return sum;
      const ms = reading.atMs - before.atMs;
      const usedMs = cpuMsOf(reading) - cpuMsOf(before);
      const frozen = ms > frozenMs && reading.processes.has(this.#root) && usedMs < ms * frozenShare;
      return frozen || isStopped(reading) ? sum + ms : sum;
    }, 0);
  }

  #sample(): Reading {
    const atMs = monotonicMs();
    if (atMs - this.#lookedAtMs > lookForChildrenEveryMs) this.#lookForChildren(atMs);
    const processes = new Map<number, ProcessState>();
    for (const pid of this.#parents.keys()) {
      const state = this.#probe.look(pid);
      if (state) processes.set(pid, state);
    }
    const reading = { atMs, processes };
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

  /** The readings from the first mark to the last. */
  #marked(): Reading[] {
    const times = [...this.#marks.values()].map(({ atMs }) => atMs);
    return this.#readings.filter(({ atMs }) => atMs >= times[0]! && atMs <= times.at(-1)!);
  }

  /** Bytes of `ancestor` and all below it at a reading; the most that they had since `before`, where that is given. */
  #below(ancestor: number, reading: Reading, before?: Reading): number {
    let sum = 0;
    for (const [pid, { bytes, peakBytes }] of reading.processes) {
      let above: number | undefined = pid;
      while (above !== undefined && above !== ancestor) above = this.#parents.get(above);
      if (above !== ancestor) continue;
      const rose = before && peakBytes > (before.processes.get(pid)?.peakBytes ?? 0);
      sum += rose ? peakBytes : bytes;
    }
    return sum;
  }
}

/** Of all processes of a reading, and of those that they started and that have ended. */
function cpuMsOf({ processes }: Reading): number {
  return [...processes.values()].reduce(
    (sum, { cpuMs, endedChildrenCpuMs }) => sum + cpuMs + endedChildrenCpuMs,
    0,
  );
}

function isStopped({ processes }: Reading): boolean {
  return [...processes.values()].some(({ stopped }) => stopped);
}

/** Of equal neighbours only the first and last stay: the course of a long block is kept in few numbers. */
function withoutRepeats(samples: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  return samples.filter(
    ([, bytes], index) => bytes !== samples[index - 1]?.[1] || bytes !== samples[index + 1]?.[1],
  );
}
