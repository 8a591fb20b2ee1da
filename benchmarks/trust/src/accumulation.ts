import path from "node:path";
import { detectHost, type Experiment, monotonicMs, type Run, toPublicPath } from "@quantlab/core";
import { readRuns, updateSection } from "@quantlab/report";
import { describeLab, startExperiment } from "@quantlab/runner";
import { keepSummary, readSummaries } from "./results.ts";
import { section } from "./section.ts";
import { summaryOf } from "./summary.ts";

export interface Accumulation {
  /** An id of the catalogue: "sprout". */
  readonly model: string;
  /** As many are there at the end. */
  readonly runs: number;
  readonly signal: AbortSignal;
}

/**
 * Measures until there are as many runs of a model by this lab on this host, each in an order of its own, and counts after
 * each. What an earlier start has measured is not measured again.
 */
export async function accumulate(
  experiment: Experiment,
  folder: string,
  { model, runs, signal }: Accumulation,
): Promise<void> {
  const startMs = monotonicMs();
  const before = (await runsOf(experiment, folder, model)).length;
  if (before > 0) await publish(experiment, folder, model);
  for (let done = before; done < runs; done++) {
    signal.throwIfAborted();
    const took = (monotonicMs() - startMs) / 60_000 / (done - before);
    const left = done > before ? `, about ${Math.ceil(took * (runs - done))} min left` : "";
    console.error(`${model}: run ${done + 1} of ${runs}${left}`);
    const { protocol } = experiment;
    const again = { ...experiment, protocol: { ...protocol, seed: protocol.seed + done } };
    await startExperiment(again, { folder, argv: ["--model", model, ...patience], signal });
    await publish(experiment, folder, model);
  }
}

/** Minutes that an arm may take over its blocks: none is to be cut. */
const patience = ["--budget", "60"];

async function publish(experiment: Experiment, folder: string, model: string): Promise<void> {
  const summary = summaryOf(await runsOf(experiment, folder, model), experiment.report);
  if (!(await keepSummary(folder, summary)))
    console.error(`results/ keeps more runs of ${model} than are here, and is not changed`);
  const readme = path.join(folder, "README.md");
  if (await updateSection(readme, "results", section(await readSummaries(folder))))
    console.error(`wrote ${toPublicPath(readme)}`);
}

/** The full runs of a model by this lab on this host, the first one first. */
async function runsOf({ id }: Experiment, folder: string, model: string): Promise<Run[]> {
  const [host, lab] = [detectHost(), await describeLab()];
  const { runs } = await readRuns(folder, id);
  return runs
    .map(({ run }) => run)
    .filter(({ full, overrides }) => full && overrides.model === model)
    .filter((run) => run.host.id === host.id && run.lab.version === lab.version)
    .toReversed();
}
