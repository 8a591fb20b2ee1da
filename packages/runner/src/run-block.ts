import {
  type Backend,
  type Block,
  type GenerateTrace,
  InsufficientSpaceError,
  type ModelFile,
  monotonicMs,
} from "@quantlab/core";
import { converse } from "./converse.ts";
import { cutNote, type GenerationPlan } from "./cut-to-budget.ts";
import { GuardReadings } from "./guards/block-guards.ts";
import { MemorySampler } from "./memory/memory-sampler.ts";
import type { ProcessProbe } from "./memory/process-probe.ts";
import type { BlockSpec, MeasureOutcome, MeasureTask } from "./messages.ts";
import { reasonOf, withoutRun } from "./unmeasured.ts";

export interface BlockRequest {
  readonly arm: string;
  readonly index: number;
  readonly coldStart: boolean;
  readonly backend: Backend;
  readonly spec: BlockSpec & { readonly task: MeasureTask };
  readonly timeoutMs: number;
  readonly probe: ProcessProbe | null;
  readonly signal: AbortSignal;
}

/**
 * Measures one block in a process of its own. An engine that breaks gives a failed block with the reason; only an
 * abort throws.
 */
export async function runBlock(request: BlockRequest): Promise<Block> {
  const startMs = monotonicMs();
  const guards = await GuardReadings.open();
  const { model } = request.spec;
  const identity = { arm: request.arm, index: request.index, coldStart: request.coldStart, model };
  if (model.bytes > guards.freeMemoryBytes) {
    return withoutRun(identity, "skipped", memoryReason(model, guards.freeMemoryBytes));
  }
  let sampler: MemorySampler | undefined;
  try {
    const outcome = await converse({
      spec: request.spec,
      environment: request.backend.environment,
      timeoutMs: request.timeoutMs,
      signal: request.signal,
      onStart: (pid) => {
        if (request.probe) sampler = new MemorySampler(request.probe, pid);
      },
      onMark: (mark, cpuMs) => {
        sampler?.mark(mark);
        if (mark === "afterGenerate") guards.closeTiming(cpuMs + (sampler?.helpersCpuMs() ?? 0));
      },
    });
    if (outcome.kind !== "measure") throw new TypeError(`a block answered with a ${outcome.kind}`);
    const readings = await guards.close();
    const notes = [outcome.cutTo && cutNote(outcome.cutTo), outcome.promptDifference].filter(
      (note) => note !== null,
    );
    return {
      ...identity,
      status: "measured",
      reason: outcome.observeProblem,
      ...(notes.length > 0 && { notes }),
      ...(outcome.cutTo && { cutTo: cutOf(outcome.cutTo, request.spec.task) }),
      engine: outcome.engine,
      loadMs: outcome.loadMs,
      warmups: outcome.warmups,
      generations: outcome.generations,
      memory: memoryOf(sampler, outcome),
      cpu: outcome.cpu,
      overheadMs: monotonicMs() - startMs - spentMs(outcome),
      guards: readings,
      outputText: outcome.outputText,
      scores: outcome.observation.scores ?? null,
      answers: outcome.observation.answers ?? null,
    };
  } catch (error) {
    if (request.signal.aborted) throw error;
    return { ...withoutRun(identity, "failed", reasonOf(error)), guards: await guards.close() };
  } finally {
    sampler?.stop();
  }
}

function cutOf(
  { generations, newTokens }: GenerationPlan,
  { newTokens: plannedTokens }: MeasureTask,
): NonNullable<Block["cutTo"]> {
  return { generations, newTokens, plannedTokens };
}

/** Load, prompt, generation and scoring: what is left of the block's time is the lab's own. */
function spentMs(outcome: MeasureOutcome): number {
  const traces = [...outcome.warmups, ...outcome.generations];
  const lengthMs = (trace: GenerateTrace) =>
    (trace.tokenAtMs.at(-1) ?? trace.startedAtMs) - trace.startedAtMs;
  return traces.reduce((sum, trace) => sum + lengthMs(trace), outcome.loadMs + outcome.observeMs);
}

function memoryOf(sampler: MemorySampler | undefined, outcome: MeasureOutcome): Block["memory"] {
  const sampled = sampler?.summary(outcome.engine.pid) ?? null;
  return sampled && { ...sampled, allocatorPeak: outcome.allocatorPeakBytes };
}

function memoryReason(model: ModelFile, freeBytes: number): string {
  return reasonOf(
    new InsufficientSpaceError(
      "memory",
      "the model's file",
      model.bytes,
      freeBytes,
      "close programs or take a smaller quantization",
    ),
  );
}
