import path from "node:path";
import {
  type Block,
  InsufficientSpaceError,
  isModelSubject,
  type Json,
  monotonicMs,
  QuantlabError,
} from "@quantlab/core";
import { nodeScript, RemoteProcess } from "@quantlab/processes";
import { checkSample } from "@quantlab/scenarios";
import type { BlockOutcome, BlockSpec, PhaseEnd } from "./block-spec.ts";
import { GuardReadings } from "./guards/block-guards.ts";
import type { ProcessProbe } from "./memory/process-probe.ts";
import { ProcessSampler } from "./memory/process-sampler.ts";
import { type BlockIdentity, reasonOf, unmeasured } from "./unmeasured.ts";

export interface BlockRequest {
  readonly identity: BlockIdentity;
  readonly spec: BlockSpec;
  /** A process that is silent for so long is ended. */
  readonly silenceMs: number;
  readonly probe: ProcessProbe | null;
  readonly signal: AbortSignal;
}

const entry = path.join(import.meta.dirname, "block-process.ts");

/**
 * Measures one block in a process of its own. An engine that breaks gives a failed block with the reason; only an
 * abort throws.
 */
export async function runBlock({ identity, spec, silenceMs, probe, signal }: BlockRequest): Promise<Block> {
  signal.throwIfAborted();
  const startMs = monotonicMs();
  const guards = await GuardReadings.open();
  const bytes = identity.model?.bytes ?? 0;
  if (bytes > guards.freeMemoryBytes) {
    return unmeasured(identity, "skipped", memoryReason(bytes, guards.freeMemoryBytes));
  }
  let sampler: ProcessSampler | undefined;
  const closeGuards = () => guards.close(sampler?.stoppedMs() ?? null);
  try {
    const outcome = await performed(spec, silenceMs, signal, {
      onStart(pid) {
        if (probe) sampler = new ProcessSampler(probe, pid);
      },
      onPhase(pid, { phase, cpuMs }) {
        sampler?.mark(phase);
        guards.endPhase(pid, cpuMs + (sampler?.helpersCpuMs() ?? 0));
      },
    });
    const { sample, engine, holder, spentMs, notes, problems } = outcome;
    checkSample(identity.scenario, sample);
    return {
      ...identity,
      status: "measured",
      reason: problems.length > 0 ? `not measured: ${problems.join("; ")}` : null,
      ...(notes.length > 0 && { notes }),
      engine,
      memory: (holder !== null && sampler?.summary(holder)) || null,
      overheadMs: monotonicMs() - startMs - spentMs,
      guards: await closeGuards(),
      sample,
    };
  } catch (error) {
    if (signal.aborted) throw error;
    return { ...unmeasured(identity, "failed", reasonOf(error)), guards: await closeGuards() };
  } finally {
    sampler?.stop();
  }
}

interface Watching {
  readonly onStart: (pid: number) => void;
  readonly onPhase: (pid: number, end: PhaseEnd) => void;
}

/** What a block process answers; it has ended by then, so that the guards see the host without it. */
async function performed(
  spec: BlockSpec,
  silenceMs: number,
  signal: AbortSignal,
  { onStart, onPhase }: Watching,
): Promise<BlockOutcome> {
  await using block = new RemoteProcess(blockProgram(spec, silenceMs));
  onStart(block.pid);
  const onAsk = (_event: string, data: Json) => {
    onPhase(block.pid, data as unknown as PhaseEnd);
    return null;
  };
  return await block.request<BlockOutcome>("perform", spec, { signal, onAsk });
}

function blockProgram({ subject }: BlockSpec, silenceMs: number) {
  const script = nodeScript(entry, {
    name: "the block",
    // A failed assertion inside llama.cpp would otherwise start a debugger.
    environment: { GGML_NO_BACKTRACE: "1", ...subject.environment },
    // A block inside a library hears no cancel.
    limits: { silenceMs, cancelMs: 0 },
    failure: ({ kind, what }) =>
      new QuantlabError("BLOCK_FAILED", `the block's process ${what}`, {
        remedy: kind === "silent" ? "allow more with --timeout <minutes>" : null,
      }),
  });
  const [command, ...words] = isModelSubject(subject.subject) ? (subject.subject.launcher ?? []) : [];
  if (command === undefined) return script;
  return { ...script, command, arguments: [...words, script.command, ...script.arguments] };
}

function memoryReason(bytes: number, freeBytes: number): string {
  const remedy = "close programs or take a smaller quantization";
  return reasonOf(new InsufficientSpaceError("memory", "the model's file", bytes, freeBytes, remedy));
}
