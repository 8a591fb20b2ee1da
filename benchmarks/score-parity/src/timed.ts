import { EngineError, monotonicMs } from "@quantlab/core";
import { openProcessProbe, type ProcessProbe } from "@quantlab/runner";
import { execa } from "execa";

/** A program that ended with 0, or one that refused. Its time counts from its start to its end, all it loads included. */
export interface Timed {
  readonly ms: number;
  /** The most that it and what it started held at one moment; null where the platform does not tell. */
  readonly peakMemoryBytes: number | null;
  readonly exitCode: number;
  readonly stdout: string;
  /** stdout and stderr as they came. */
  readonly said: string;
}

/** Seldom enough to leave the engine's threads alone, and the same for both sides. */
const sampleEveryMs = 50;

export async function timed(
  program: string,
  parameters: readonly string[],
  signal: AbortSignal,
  environment: Readonly<Record<string, string>> = {},
): Promise<Timed> {
  const probe = await openProcessProbe();
  const startedMs = monotonicMs();
  const child = execa(program, parameters, {
    all: true,
    reject: false,
    cancelSignal: signal,
    // An abort inside llama.cpp would start a debugger to show its stack.
    env: { GGML_NO_BACKTRACE: "1", ...environment },
  });
  let peak = 0;
  const sample = () => {
    if (probe && child.pid !== undefined) peak = Math.max(peak, heldBy(probe, child.pid));
  };
  const timer = setInterval(sample, sampleEveryMs);
  try {
    const { exitCode, stdout, all, originalMessage } = await child;
    const ms = monotonicMs() - startedMs;
    signal.throwIfAborted();
    if (exitCode === undefined) {
      throw new EngineError(program, originalMessage ?? `was ended: ${all.trim().slice(-200)}`);
    }
    return { ms, peakMemoryBytes: peak || null, exitCode, stdout, said: all };
  } finally {
    clearInterval(timer);
  }
}

function heldBy(probe: ProcessProbe, pid: number): number {
  return probe.children(pid).reduce((sum, child) => sum + heldBy(probe, child), probe.bytes(pid) ?? 0);
}

/** The same for a program that must not refuse. */
export async function mustRun(...run: Parameters<typeof timed>): Promise<Timed> {
  const result = await timed(...run);
  if (result.exitCode === 0) return result;
  const words = result.said.trim().split("\n").slice(-4).join("\n");
  throw new EngineError(run[0], words || `it ended with ${result.exitCode}`, "run it by hand and look");
}
