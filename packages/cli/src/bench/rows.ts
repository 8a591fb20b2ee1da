import type {
  ArmResult,
  Block,
  Effect,
  EngineInfo,
  Host,
  Metric,
  MetricHandle,
  ModelFile,
  Result,
  Run,
  Verdict,
} from "@quantlab/core";
import { toResult } from "@quantlab/report";
import type { GenerateSample } from "@quantlab/scenarios";
import {
  bandwidthUtilization,
  decodeTps,
  modelBytes,
  peakMemory,
  prefillTps,
  throughputTps,
} from "@quantlab/shared-metrics";
import type { BenchArm } from "./arms.ts";
import { type Bench, question } from "./plan.ts";
import { precise } from "./precision.ts";

/** A measured combination with everything that is told of it. */
export interface BenchRow {
  readonly arm: BenchArm;
  /** Null where a server holds it. */
  readonly model: ModelFile | null;
  readonly engine: EngineInfo;
  /** Tokens that were read, without those of the depth. */
  readonly promptTokens: number;
  readonly result: ArmResult;
  /** Tokens per second over its blocks. */
  readonly speed: Extract<Metric, { readonly value: number }>;
  /** The arm that it is compared with, and how; null for that arm itself. */
  readonly against: { readonly arm: string; readonly effect: Effect | null } | null;
  readonly host: Host;
  readonly startedAt: string;
  readonly verdict: Verdict;
}

export interface BenchFindings {
  readonly result: Result;
  readonly rows: readonly BenchRow[];
  /** A line each: combinations without a figure, and what must be known of the others. */
  readonly remarks: readonly string[];
}

const report: readonly MetricHandle[] = [
  prefillTps,
  decodeTps,
  throughputTps,
  ...peakMemory,
  modelBytes,
  bandwidthUtilization,
];

/** What a run says of each combination. */
export function findingsOf({ arms }: Bench, run: Run): BenchFindings {
  const result = toResult(run, { question, report });
  const rows = arms.flatMap((arm) => rowOf(arm, run, result) ?? []);
  return { result, rows, remarks: arms.flatMap((arm) => remarksOn(arm, run, result)) };
}

function remarksOn({ planned: { name }, speed }: BenchArm, run: Run, result: Result): string[] {
  const figure = result.arms[name]!.metrics[speed.name]!;
  if (figure.value === null) return [`${name} has no figure: ${figure.reason}`];
  const own = run.blocks.filter(({ arm }) => arm === name);
  const lost = own.find(({ status, reason }) => status !== "measured" && reason !== precise);
  const notes = new Set(own.flatMap((block) => block.notes ?? []));
  const said = [...(lost ? [`a block ${lost.status}: ${lost.reason}`] : []), ...notes];
  return said.length > 0 ? [`${name}: ${said.join("; ")}`] : [];
}

function rowOf(arm: BenchArm, run: Run, result: Result): BenchRow | null {
  const { name, against } = arm.planned;
  const armResult = result.arms[name]!;
  const speed = armResult.metrics[arm.speed.name]!;
  const block = run.blocks.find((each) => each.arm === name && each.status === "measured");
  if (speed.value === null || !block?.engine) return null;
  const { host, startedAt } = run;
  const { prompt } = arm.combination.test;
  return {
    arm,
    model: block.model,
    engine: block.engine,
    promptTokens: typeof prompt === "number" ? prompt : settledTokens(run, block),
    result: armResult,
    speed,
    against:
      against === undefined || against === name
        ? null
        : { arm: against, effect: result.effects[name]?.[arm.speed.name] ?? null },
    host,
    startedAt,
    verdict: result.verdict,
  };
}

/** Of a named prompt, as the model's tokenizer has it; or as a server counted them that does not show its own. */
function settledTokens({ arms }: Run, { arm, sample }: Block): number {
  const settled = arms.find(({ name }) => name === arm)!.workloads.generate!.promptTokens;
  return (settled as number | undefined) ?? (sample as GenerateSample).generations[0]!.promptTokens;
}
