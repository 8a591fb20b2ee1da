import type { ArmResult, Block, Experiment, Result, Run, RunArm } from "@quantlab/core";
import { armMetrics, effects, judge, taskAccuracies, taskChances } from "@quantlab/shared-metrics";
import { median } from "d3-array";

/** Which of a run's raw samples are asked for what: the experiment's question, baseline and metrics. */
export type Reading = Pick<Experiment, "question" | "baseline" | "report"> & {
  /** What flips are counted against; the baseline unless said. */
  readonly reference?: string;
};

/** A run's numbers: statistics of every arm, effects against the baseline, the verdict. Pure; the run is not changed. */
export function toResult(run: Run, { question, baseline, report, reference = baseline }: Reading): Result {
  const blocksOf = new Map(run.arms.map(({ name }) => [name, armBlocks(run, name)]));
  return {
    schemaVersion: 1,
    experiment: run.experiment,
    question,
    host: run.host,
    model: run.model,
    synthetic: run.blocks.some((block) => block.model?.synthetic),
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    digest: run.digest,
    lab: run.lab,
    protocol: run.protocol,
    prompt: { name: run.prompt.name, text: run.prompt.text, tokens: run.prompt.tokens },
    verdict: judge(run, baseline),
    baseline,
    tasks: tasksOf(run),
    overheadMs: median(run.blocks.flatMap((block) => block.overheadMs ?? [])) ?? null,
    arms: Object.fromEntries(
      run.arms.map((arm) => [
        arm.name,
        armResult(arm, blocksOf.get(arm.name)!, report, blocksOf.get(reference)),
      ]),
    ),
    effects: Object.fromEntries(
      run.arms
        .filter(({ name }) => name !== baseline)
        .map(({ name }) => [name, effects(report, blocksOf.get(baseline) ?? [], blocksOf.get(name)!)]),
    ),
  };
}

function armResult(
  arm: RunArm,
  blocks: readonly Block[],
  report: Reading["report"],
  reference: readonly Block[] | undefined,
): ArmResult {
  const measured = blocks.filter((block) => block.status === "measured");
  const failed = blocks.some((block) => block.status === "failed");
  return {
    backend: arm.backend,
    engine: measured.find((block) => block.engine)?.engine ?? null,
    quantization: arm.quantization,
    modelSha256: blocks.find((block) => block.model)?.model?.sha256 ?? null,
    status: measured.length > 0 ? "measured" : failed ? "failed" : "skipped",
    reason: reasonOf(blocks, measured.length),
    blocks: measured.length,
    metrics: armMetrics(report, blocks, reference),
    tasks: taskAccuracies(blocks),
    output: measured.find((block) => block.outputText !== null)?.outputText ?? null,
  };
}

/** The first reason; where other blocks were measured, with how many it concerns. Else what must be known of the arm. */
function reasonOf(blocks: readonly Block[], measured: number): string | null {
  const lost = blocks.filter((block) => block.status !== "measured");
  const reason = lost.find((block) => block.reason)?.reason ?? null;
  const note = blocks.flatMap((block) => block.notes ?? [])[0] ?? null;
  if (reason === null) return note;
  if (measured === 0) return reason;
  const words = `${lost.length} of ${blocks.length} blocks ${lost[0]!.status}: ${reason}`;
  return note === null ? words : `${words}; ${note}`;
}

function tasksOf(run: Run): Result["tasks"] {
  const answered = run.blocks.filter((block) => block.answers !== null && block.status === "measured");
  const chances = taskChances(answered);
  const items = new Map(answered[0]?.answers?.map((task) => [task.task, task.items.length]));
  return Object.fromEntries(
    Object.entries(chances).map(([task, chance]) => [task, { items: items.get(task) ?? 0, chance }]),
  );
}

function armBlocks(run: Run, arm: string): Block[] {
  return run.blocks.filter((block) => block.arm === arm).sort((a, b) => a.index - b.index);
}
