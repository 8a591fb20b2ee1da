import path from "node:path";
import {
  type Block,
  digestOf,
  modelSlug,
  type Run,
  schemaVersion,
  toPublicPath,
  validate,
} from "@quantlab/core";
import type { ReferenceSpec } from "./messages.ts";
import type { Plan } from "./plan.ts";
import type { ReadyArm } from "./prepare.ts";
import { reasonOf, withoutRun } from "./unmeasured.ts";

type Settled = Pick<Run, "prompt" | "host" | "startedAt" | "finishedAt" | "lab">;

/** Everything that was measured and how, as the document that is kept. Paths of this machine stay out. */
export function runDocument(
  plan: Plan,
  arms: readonly ReadyArm[],
  reference: ReferenceSpec | null,
  blocks: readonly Block[],
  rest: Settled,
): Run {
  const frame: Run = {
    schemaVersion,
    experiment: plan.experiment.id,
    digest: runDigest(plan, arms, reference, rest),
    model: plan.baseline.model.ref.id,
    full: plan.full,
    overrides: plan.overrides,
    protocol: plan.protocol,
    prompt: rest.prompt,
    host: rest.host,
    startedAt: rest.startedAt,
    finishedAt: rest.finishedAt,
    lab: rest.lab,
    arms: arms.map(({ name, backend, model, ...arm }) => ({
      name,
      backend: backend.id,
      options: backend.options,
      // A file that is taken as it is says itself what it is.
      quantization: arm.ready ? arm.file.ref.quantization : model.ref.quantization,
    })),
    blocks: [],
  };
  return { ...frame, blocks: blocks.map((block) => checked(frame, withPublicPath(block))) };
}

/** `<start>-<digest>-<model>.json`: sorts by time and never meets another run's name. */
export function runFile(folder: string, run: Run): string {
  const start = run.startedAt.replace(/[-:]|\.\d+/g, "");
  return path.join(folder, ".runs", `${start}-${run.digest.slice(0, 8)}-${modelSlug(run.model)}.json`);
}

/** A block whose process answered with what no run can hold (a time that is no number) has failed. */
function checked(frame: Run, block: Block): Block {
  try {
    validate("run", JSON.parse(JSON.stringify({ ...frame, blocks: [block] })), "the block's answer");
    return block;
  } catch (error) {
    const { arm, index, coldStart, guards } = block;
    const failed = withoutRun({ arm, index, coldStart, model: block.model }, "failed", reasonOf(error));
    return { ...failed, guards };
  }
}

function runDigest(
  { experiment, protocol, ...plan }: Plan,
  arms: readonly ReadyArm[],
  reference: ReferenceSpec | null,
  rest: Settled,
): string {
  return digestOf({
    experiment: experiment.id,
    question: experiment.question,
    baseline: experiment.baseline,
    // Absent where there is none: what was measured before there were references keeps its digest.
    ...(reference
      ? { reference: [reference.arm, "model" in reference ? reference.model.sha256 : null] }
      : {}),
    workload: experiment.workload,
    report: experiment.report.map(({ name }) => name),
    quick: plan.quick,
    protocol,
    promptIds: rest.prompt.idsSha256,
    lab: rest.lab.version,
    arms: arms.map((arm) => ({
      name: arm.name,
      backend: arm.backend.id,
      options: arm.backend.options,
      model: arm.ready ? arm.file.sha256 : null,
      engine: arm.ready ? arm.version : null,
    })),
  });
}

function withPublicPath(block: Block): Block {
  return block.model ? { ...block, model: { ...block.model, path: toPublicPath(block.model.path) } } : block;
}
