import path from "node:path";
import {
  type Block,
  digestOf,
  isPath,
  modelReference,
  modelSlug,
  type Plan,
  type Run,
  type RunArm,
  runVersion,
  toPublicPath,
  validate,
} from "@quantlab/core";
import { parseReference } from "@quantlab/engines";
import { modelOf, type PreparedArm } from "./preparation.ts";
import type { SettledWorkload } from "./settlement.ts";
import { reasonOf, unmeasured } from "./unmeasured.ts";

type Frame = Pick<Run, "host" | "lab" | "startedAt" | "finishedAt">;

/** Everything that was measured and how, as the document that is kept. Paths of this machine stay out. */
export function runDocument(
  plan: Plan,
  prepared: readonly PreparedArm[],
  workloads: readonly SettledWorkload[],
  blocks: readonly Block[],
  frame: Frame,
): Run {
  const arms = prepared.filter((arm) => Object.keys(arm.workloads).length > 0);
  const run: Run = {
    schemaVersion: runVersion,
    experiment: plan.id,
    digest: runDigest(plan, prepared, workloads, blocks, frame),
    model: modelsOf(arms).join("+") || "none",
    full: plan.full,
    overrides: plan.overrides,
    baseline: plan.baseline,
    reference: plan.reference ?? null,
    protocol: plan.protocol,
    ...frame,
    arms: arms.map((arm) => runArm(arm, workloads, plan.baseline)),
    blocks: [],
  };
  return { ...run, blocks: blocks.map((block) => checked(run, withPublicPath(block))) };
}

/** Where an experiment's runs lie. */
export const runsFolder = (folder: string) => path.join(folder, ".runs");

/** `<start>-<digest>-<model>.json`: sorts by time and never meets another run's name. */
export function runFile(folder: string, run: Run): string {
  const start = run.startedAt.replace(/[-:]|\.\d+/g, "");
  return path.join(runsFolder(folder), `${start}-${run.digest.slice(0, 8)}-${modelSlug(run.model)}.json`);
}

function runArm(arm: PreparedArm, workloads: readonly SettledWorkload[], baseline: string): RunArm {
  const { name, subject, against = baseline } = arm;
  return {
    name,
    subject: publicSubject(subject, refOf(arm)?.id),
    against,
    quantization: refOf(arm)?.quantization ?? null,
    workloads: Object.fromEntries(
      workloads.filter((each) => each.arm === arm).map(({ scenario, workload }) => [scenario, workload]),
    ),
  };
}

/** Each model once. Two files of somebody's may have one name, so a path carries its file's hash: "./m.gguf@1f2e3d4c". */
function modelsOf(arms: readonly PreparedArm[]): string[] {
  const names = new Map<string, string>();
  for (const arm of arms) {
    const id = refOf(arm)?.id;
    if (id === undefined || names.has(id)) continue;
    const sha256 = isPath(id) ? modelOf(arm)?.sha256 : undefined;
    names.set(id, sha256 === undefined ? id : `${id}@${sha256.slice(0, 8)}`);
  }
  return [...names.values()];
}

/** A file that is taken as it is says itself what it is. */
function refOf(arm: PreparedArm) {
  const model = modelReference(arm.subject);
  return modelOf(arm)?.ref ?? (model === undefined ? null : parseReference(model));
}

/** A path of this machine has no place in a file that others read. */
function publicSubject(subject: PreparedArm["subject"], id: string | undefined): RunArm["subject"] {
  const model = modelReference(subject);
  return model === undefined || id === undefined || model.startsWith(id)
    ? subject
    : { ...subject, model: id };
}

/** A block whose process answered with what no run can hold has failed. */
function checked(run: Run, block: Block): Block {
  try {
    validate("run", JSON.parse(JSON.stringify({ ...run, blocks: [block] })), "the block's answer");
    return block;
  } catch (error) {
    return { ...unmeasured(block, "failed", reasonOf(error)), guards: block.guards };
  }
}

function runDigest(
  { question, arms: _, places: __, armBudgetMs: ___, silenceMs: ____, overrides: _____, ...plan }: Plan,
  arms: readonly PreparedArm[],
  workloads: readonly SettledWorkload[],
  blocks: readonly Block[],
  { lab }: Frame,
): string {
  return digestOf({
    ...plan,
    question,
    lab: lab.version,
    arms: arms.map((arm) => ({
      ...runArm(arm, workloads, plan.baseline),
      model: modelOf(arm)?.sha256 ?? null,
      beside: Object.entries(arm.ready?.beside ?? {}).map(([name, { sha256 }]) => [name, sha256]),
      engine: arm.ready?.version ?? null,
      // An arm that names no number has the machine's.
      threads: threadsOf(blocks, arm.name),
    })),
  });
}

function threadsOf(blocks: readonly Block[], name: string): number[] {
  const own = blocks.filter(({ arm }) => arm === name);
  return [...new Set(own.flatMap(({ engine }) => engine?.threads ?? []))];
}

function withPublicPath(block: Block): Block {
  return block.model ? { ...block, model: { ...block.model, path: toPublicPath(block.model.path) } } : block;
}
