import {
  type Block,
  type Experiment,
  QuantlabError,
  type Run,
  requireWritable,
  writeDocument,
} from "@quantlab/core";
import { ProgressLine } from "@quantlab/terminal";
import { withExperimentLock } from "../machine-lock.ts";
import { runArms } from "../run-arms.ts";
import { runFile, runsFolder } from "../run-document.ts";
import { parseFlags } from "./flags.ts";
import { planExperiment } from "./planning.ts";
import { runDisplay } from "./run-display.ts";

export interface StartOptions {
  /** The experiment's folder; the run goes to its `.runs/`. */
  readonly folder: string;
  /** Flags as typed, without node and script. */
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
}

export interface StartOutcome {
  readonly run: Run;
  /** Where the run was written. */
  readonly file: string;
  /** False where a block failed or could not measure all that it was asked to. */
  readonly complete: boolean;
}

/**
 * Measures an experiment as its command line says and writes the run when at least one block was measured; otherwise the
 * first failure is thrown. Progress goes to stderr. An abort ends every process and writes nothing. Throws a UsageError
 * for flags that cannot be meant.
 */
export async function startExperiment(
  experiment: Experiment,
  { folder, argv, signal }: StartOptions,
): Promise<StartOutcome> {
  const flags = parseFlags(argv, experiment);
  using progress = new ProgressLine();
  const say = (line: string) => progress.say(line);
  return await withExperimentLock(folder, experiment.id, async () => {
    await requireWritable(runsFolder(folder));
    const places = await experiment.prepare?.({ signal, say });
    const { plan, notes } = planExperiment(experiment, flags, places);
    notes.forEach(say);
    const run = await runArms(plan, { signal, onEvent: runDisplay(progress) });
    requireMeasured(run.blocks);
    const file = runFile(folder, run);
    await writeDocument("run", file, run);
    return { run, file, complete: !run.blocks.some(isIncomplete) };
  });
}

function requireMeasured(blocks: readonly Block[]): void {
  if (blocks.some(({ status }) => status === "measured")) return;
  const first = blocks.find(({ reason }) => reason !== null);
  throw new QuantlabError("NOTHING_MEASURED", `no block was measured; ${first?.arm}: ${first?.reason}`, {
    remedy: "nothing was written; last good results untouched",
  });
}

function isIncomplete({ status, reason }: Block): boolean {
  return status === "failed" || (status === "measured" && reason !== null);
}
