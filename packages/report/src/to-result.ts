import path from "node:path";
import {
  type ArmResult,
  type Block,
  type Experiment,
  type Json,
  type Metric,
  type MetricHandle,
  type Result,
  type Run,
  type RunArm,
  restoredFrom,
  whatRuns,
} from "@quantlab/core";
import type { GenerateSample } from "@quantlab/scenarios";
import { countedBlocks, judge, samplesOf, taskAccuracies, taskFacts } from "@quantlab/shared-metrics";
import { median } from "d3-array";

/** What a run's raw samples are asked for. An experiment is one. */
export type Reading = Pick<Experiment, "question" | "report" | "analyses">;

/** A run's numbers: statistics of every arm, effects against the baseline, the verdict. Pure; the run is not changed. */
export function toResult(run: Run, { question, report: all }: Reading): Result {
  const report = all.filter(({ concerns }) => concerns?.(run.blocks) ?? true);
  const { baseline, reference } = run;
  const blocksOf = Object.fromEntries(run.arms.map(({ name }) => [name, armBlocks(run, name)]));
  const workloads = withoutLong(run.arms.find(({ name }) => name === baseline)?.workloads ?? {});
  const answered = run.arms.map(({ name }) => taskFacts(blocksOf[name]!));
  return {
    schemaVersion: 2,
    experiment: run.experiment,
    question,
    host: run.host,
    model: run.model,
    synthetic: run.blocks.some((block) => block.model?.synthetic),
    ...modelFacts(run),
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    digest: run.digest,
    lab: run.lab,
    protocol: { ...run.protocol },
    workloads,
    verdict: judge(run),
    baseline,
    tasks: answered.find((tasks) => Object.keys(tasks).length > 0) ?? {},
    overheadMs: median(run.blocks.flatMap((block) => block.overheadMs ?? [])) ?? null,
    arms: Object.fromEntries(
      run.arms.map((arm) => {
        const metrics = metricsOf(report, blocksOf[arm.name]!, blocksOf[reference ?? baseline]);
        return [arm.name, { ...armResult(run, arm, blocksOf[arm.name]!, workloads), metrics }];
      }),
    ),
    effects: Object.fromEntries(
      run.arms
        .filter(({ name, against }) => name !== against)
        .map(({ name, against }) => [name, effectsOf(report, blocksOf, against, name)]),
    ),
  };
}

/** Every form of a model has as many parameters; that any arm's weights were restored is said of the run. */
function modelFacts({ baseline, blocks }: Run): Pick<Result, "parameters" | "restoredFrom"> {
  const own = blocks.find(({ arm, model }) => arm === baseline && model)?.model;
  const from = blocks.map(({ model }) => model && restoredFrom(model)).find((type) => type);
  return { ...(own && { parameters: own.parameters }), ...(from && { restoredFrom: from }) };
}

function metricsOf(
  report: readonly MetricHandle[],
  blocks: readonly Block[],
  reference: readonly Block[] | undefined,
): Record<string, Metric> {
  return Object.fromEntries(report.map((metric) => [metric.name, metric.summarise(blocks, reference)]));
}

/** Metrics that cannot be compared are left out. */
function effectsOf(
  report: readonly MetricHandle[],
  blocksOf: Readonly<Record<string, readonly Block[]>>,
  against: string,
  name: string,
): Result["effects"][string] {
  const [baseline, arm] = [blocksOf[against] ?? [], blocksOf[name]!];
  const others = Object.keys(blocksOf).filter((other) => other !== against && other !== name);
  return Object.fromEntries(
    report.flatMap((metric) => {
      const effect = metric.compare(
        baseline,
        arm,
        others.map((other) => blocksOf[other]!),
      );
      return effect ? [[metric.name, effect]] : [];
    }),
  );
}

function armResult(
  run: Run,
  { name, against, subject, quantization, workloads }: RunArm,
  blocks: readonly Block[],
  baseline: Workloads,
): Omit<ArmResult, "metrics"> {
  const measured = blocks.filter((block) => block.status === "measured");
  const failed = blocks.some((block) => block.status === "failed");
  const model = blocks.find((block) => block.model)?.model;
  const own = otherwise(withoutLong(workloads), baseline);
  const generated = samplesOf<GenerateSample>(blocks, "generate")[0];
  return {
    backend: path.basename(whatRuns(subject)),
    engine: measured.find((block) => block.engine)?.engine ?? null,
    quantization,
    ...(model && model.ref.id !== run.model && { model: model.ref.id }),
    modelSha256: model?.sha256 ?? null,
    ...(against !== run.baseline && against !== name && { against }),
    ...(Object.keys(own).length > 0 && { workloads: own }),
    status: measured.length > 0 ? "measured" : failed ? "failed" : "skipped",
    reason: reasonOf(blocks),
    blocks: countedBlocks(blocks).filter((block) => block.status === "measured").length,
    tasks: taskAccuracies(blocks),
    output: generated?.outputText ?? null,
    ...(generated?.forecast && { forecast: generated.forecast }),
  };
}

/** The first reason; where other blocks were measured, with how many it concerns. Else what must be known of the arm. */
function reasonOf(blocks: readonly Block[]): string | null {
  const lost = blocks.find((block) => block.status !== "measured" && block.reason);
  const notes = [...new Set(blocks.flatMap((block) => block.notes ?? []))];
  const note = notes.join("; ") || null;
  if (!lost) return note;
  if (blocks.every((block) => block.status !== "measured")) return lost.reason;
  const alike = blocks.filter((block) => block.scenario === lost.scenario);
  const missing = alike.filter((block) => block.status !== "measured").length;
  const words = `${missing} of ${alike.length} blocks ${lost.status}: ${lost.reason}`;
  return note === null ? words : `${words}; ${note}`;
}

type Workloads = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** Longer settings, as the words of a program and where its figures stand, are in the run alone. */
const longest = 400;

function withoutLong(workloads: Workloads): Workloads {
  return selected(workloads, (_, __, value) => JSON.stringify(value).length <= longest);
}

function otherwise(own: Workloads, baseline: Workloads): Workloads {
  return selected(
    own,
    (scenario, field, value) => JSON.stringify(value) !== JSON.stringify(baseline[scenario]?.[field]),
  );
}

function selected(
  workloads: Workloads,
  keep: (scenario: string, field: string, value: Json) => boolean,
): Workloads {
  return Object.fromEntries(
    Object.entries(workloads).flatMap(([scenario, workload]) => {
      const kept = Object.entries(workload).filter(([field, value]) => keep(scenario, field, value));
      return kept.length > 0 ? [[scenario, Object.fromEntries(kept)]] : [];
    }),
  );
}

function armBlocks(run: Run, arm: string): Block[] {
  return run.blocks.filter((block) => block.arm === arm).sort((a, b) => a.index - b.index);
}
