import { type Block, detectHost, QuantlabError, type Run, writeDocument } from "@quantlab/core";
import { parseFlags } from "./flags.ts";
import { withInterrupts } from "./interrupt.ts";
import { loadExperiment } from "./load-experiment.ts";
import { withExperimentLock, withMachineLock } from "./machine-lock.ts";
import { measureBlocks } from "./measure.ts";
import { type Plan, planRun } from "./plan.ts";
import { prepareArms, preparePrompt } from "./prepare.ts";
import { ProgressLine } from "./progress.ts";
import { describeLab } from "./provenance.ts";
import { waitForQuietHost } from "./quiet-host.ts";
import { prepareReference } from "./reference.ts";
import { runDocument, runFile } from "./run-document.ts";

export interface RunOptions {
  /** Absolute path of the module that exports the experiment. */
  readonly modulePath: string;
  /** The experiment's folder; the run goes to its `.runs/`. */
  readonly folder: string;
  /** Flags as typed, without node and script. */
  readonly argv: readonly string[];
}

export interface RunOutcome {
  readonly run: Run;
  /** Where the run was written. */
  readonly file: string;
}

/**
 * Measures an experiment: one fresh process an arm and block, in the protocol's order, under the machine's lock.
 * Progress goes to stderr. The run is written when at least one block was measured; otherwise the first failure is
 * thrown. `process.exitCode` becomes 1 when a block failed or could not be observed. SIGINT and SIGTERM end every
 * process, write nothing and exit with 130. Throws UsageError for flags that cannot be meant.
 */
export async function runExperiment(options: RunOptions): Promise<RunOutcome> {
  return withInterrupts(async (signal) => {
    const experiment = await loadExperiment(options.modulePath);
    const flags = parseFlags(options.argv, experiment);
    const plan = planRun(experiment, flags);
    const progress = new ProgressLine();
    for (const note of plan.notes) progress.say(note);
    try {
      return await withExperimentLock(options.folder, experiment.id, () =>
        measureAndWrite(options, plan, flags.timeout * 60_000, signal, progress),
      );
    } finally {
      progress.stop();
    }
  });
}

async function measureAndWrite(
  { modulePath, folder }: RunOptions,
  plan: Plan,
  timeoutMs: number,
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<RunOutcome> {
  const { id } = plan.experiment;
  const [lab, host] = [await describeLab(), detectHost()];
  const arms = await prepareArms(plan, signal, progress);
  const reference = await prepareReference(plan, arms, signal, progress);
  const runnable = arms.filter((arm) => arm.ready);
  const say = (text: string) => progress.say(text);
  const run = await withMachineLock(
    id,
    signal,
    async () => {
      const startedAt = new Date().toISOString();
      progress.show("tokenizing the prompt");
      const prompt = await preparePrompt(plan, modulePath, runnable, timeoutMs, signal);
      // A first look is not kept, so it need not wait.
      if (!plan.quick) await waitForQuietHost(signal, say);
      const blocks = await measureBlocks({
        plan,
        modulePath,
        arms,
        reference,
        promptIds: prompt.ids,
        promptText: prompt.record.text,
        timeoutMs,
        signal,
        progress,
      });
      const finishedAt = new Date().toISOString();
      return runDocument(plan, arms, reference, blocks, {
        prompt: prompt.record,
        host,
        startedAt,
        finishedAt,
        lab,
      });
    },
    say,
  );
  failUnlessMeasured(run.blocks);
  signal.throwIfAborted();
  const file = runFile(folder, run);
  await writeDocument("run", file, run);
  if (run.blocks.some(isIncomplete)) process.exitCode = 1;
  return { run, file };
}

function failUnlessMeasured(blocks: readonly Block[]): void {
  if (blocks.some(({ status }) => status === "measured")) return;
  const first = blocks.find(({ reason }) => reason !== null);
  throw new QuantlabError("NOTHING_MEASURED", `no block was measured; ${first?.arm}: ${first?.reason}`, {
    remedy: "nothing was written; last good results untouched",
  });
}

function isIncomplete({ status, reason }: Block): boolean {
  return status === "failed" || (status === "measured" && reason !== null);
}
