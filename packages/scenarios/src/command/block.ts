import {
  type BlockContext,
  EngineError,
  monotonicMs,
  type ProgramSubject,
  type ReadySubject,
} from "@quantlab/core";
import { execa } from "execa";
import { filledIn } from "../subject/places.ts";
import { readFigures } from "./figures.ts";
import type { Sample } from "./sample.ts";
import type { Settled, Workload } from "./workload.ts";

interface Invocation {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

interface Ended {
  readonly wallMs: number;
  readonly figures: Readonly<Record<string, readonly number[]>> | null;
}

/** Runs the program to its end. Throws an EngineError with its last words where it fails. */
export async function commandBlock(
  { subject, environment, places }: ReadySubject,
  workload: Workload & Settled,
  block: BlockContext,
): Promise<Sample> {
  const program = filledIn((subject as ProgramSubject).program, places);
  const invocation = { program, words: workload.words, environment };
  await block.phase("beforeRun");
  const { wallMs, figures } = await completeRun(invocation, workload, block);
  await block.phase("afterRun");
  return { wallMs, refused: figures === null, figures: figures ?? {} };
}

/** The first run that printed everything; only its time counts. */
async function completeRun(invocation: Invocation, workload: Workload, block: BlockContext): Promise<Ended> {
  for (let left = workload.attempts ?? 1; ; left--) {
    try {
      return await runOnce(invocation, workload, block);
    } catch (error) {
      if (left <= 1 || block.signal.aborted) throw error;
    }
  }
}

async function runOnce(
  { program, words, environment }: Invocation,
  { figures, refusal }: Workload,
  block: BlockContext,
): Promise<Ended> {
  const startMs = monotonicMs();
  const child = execa(program, words, {
    all: true,
    stdin: "ignore",
    reject: false,
    cancelSignal: block.signal,
    env: environment,
  });
  if (child.pid !== undefined) block.holder(child.pid);
  // Looked at from the outset: a short program is over before anybody would look by itself.
  await block.phase("started");
  const { failed, exitCode, originalMessage, stdout, all } = await child;
  const wallMs = monotonicMs() - startMs;
  block.signal.throwIfAborted();
  block.spent(wallMs);
  if (!failed) return { wallMs, figures: readFigures(program, figures, { stdout, all }) };
  if (refusal !== undefined && new RegExp(refusal, "i").test(all)) return { wallMs, figures: null };
  const said = all.trim().split("\n").slice(-4).join("\n");
  throw new EngineError(
    program,
    said || originalMessage || `it ended with ${exitCode}`,
    "run it by hand and look at what it prints",
  );
}
