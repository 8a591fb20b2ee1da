import {
  type Block,
  type EngineInfo,
  type Json,
  type MetricHandle,
  type Plan,
  type PlannedArm,
  QuantlabError,
  type Run,
} from "@quantlab/core";
import { type RunOptions, runArms } from "@quantlab/runner";
import { decodeTps, driftOver, prefillTps } from "@quantlab/shared-metrics";
import { isSlower, type Outcome, type PointEffect } from "./judgement.ts";
import { type Point, pointName } from "./points.ts";
import type { Options } from "./search.ts";

/** What is the same in every run of one search. */
export interface Bed {
  readonly model: string;
  readonly engine: string;
  /** Whether its context has a size to be set. */
  readonly sizesContext: boolean;
  readonly points: readonly Point[];
  /** Tokens decoded behind each prompt. */
  readonly newTokens: number;
  readonly rounds: number;
  readonly repetitions: number;
  readonly silenceMs: number;
}

/** One of a pair: options, and what of the workload is its own. */
export interface Side {
  readonly options: Options;
  readonly workload?: Readonly<Record<string, Json>>;
}

type Watch = Pick<RunOptions, "signal" | "onEvent">;

const phases: readonly (readonly [PointEffect["phase"], MetricHandle])[] = [
  ["prefill", prefillTps],
  ["decode", decodeTps],
];

/** The anchor's own change from the first round to the last: pairing cancels less, and more may hide what is looked for. */
const drifting = 0.1;

/** The anchor alone, once at each point: what its settings come to, and how long a block takes. */
export async function look(bed: Bed, anchor: Side, watch: Watch): Promise<EngineInfo> {
  const arms = bed.points.map((point) => armOf(bed, "anchor", anchor, point));
  const { blocks } = await runArms(planOf({ ...bed, rounds: 1 }, arms, true), watch);
  return requireMeasured(blocks).engine!;
}

/** Measures both, paired by round at every point, until the candidate is clearly slower somewhere or all rounds are there. */
export async function measurePair(bed: Bed, anchor: Side, candidate: Side, watch: Watch): Promise<Outcome> {
  const arms = bed.points.flatMap((point) => [
    armOf(bed, "anchor", anchor, point),
    { ...armOf(bed, "candidate", candidate, point), against: armName("anchor", point) },
  ]);
  const sofar: Block[] = [];
  const run = await runArms(planOf(bed, arms, false), {
    ...watch,
    keep: async (block) => void sofar.push(block),
    enough: () => (effectsIn(bed, sofar).some(isSlower) ? clearlySlower : null),
  });
  return outcomeOf(bed, run);
}

const clearlySlower = "the candidate is clearly slower";

function outcomeOf(bed: Bed, { blocks }: Run): Outcome {
  requireMeasured(blocks.filter(({ arm }) => arm.startsWith("anchor")));
  const broken = blocks.find(
    ({ arm, status, reason }) =>
      arm.startsWith("candidate") && status !== "measured" && reason !== clearlySlower,
  );
  if (broken) return { kind: "refused", reason: broken.reason ?? broken.status };
  const effects = effectsIn(bed, blocks);
  // One slower place is enough, on a machine that drifts, too, and whatever has not been measured then.
  if (effects.some(isSlower)) return { kind: "measured", effects };
  if (effects.length < bed.points.length * phases.length)
    return { kind: "refused", reason: "it has no figure at every covered point" };
  const drift = driftOf(bed, blocks);
  return drift === null ? { kind: "measured", effects } : { kind: "drifted", change: drift };
}

function effectsIn({ points }: Bed, blocks: readonly Block[]): PointEffect[] {
  const of = (side: string, point: Point) => blocks.filter(({ arm }) => arm === armName(side, point));
  return points.flatMap((point) =>
    phases.flatMap(([phase, metric]): PointEffect[] => {
      // What blocks differ by themselves is learnt from all points.
      const others = points.filter((other) => other !== point);
      const beside = others.flatMap((other) => [of("anchor", other), of("candidate", other)]);
      const effect = metric.compare(of("anchor", point), of("candidate", point), beside);
      return effect ? [{ point: pointName(point), phase, effect }] : [];
    }),
  );
}

/** How much the anchor itself changed; null where it did not. */
function driftOf({ points }: Bed, blocks: readonly Block[]): number | null {
  const values = points.flatMap((point) => {
    const own = blocks.filter(({ arm, status }) => arm === armName("anchor", point) && status === "measured");
    return phases.flatMap(([phase, metric]) =>
      own.flatMap((block) => {
        const { value } = metric.summarise([block]);
        return value === null
          ? []
          : [{ group: `${pointName(point)} ${phase}`, position: block.index, value }];
      }),
    );
  });
  const drift = driftOver(values);
  return drift?.significant && Math.abs(drift.change) > drifting ? drift.change : null;
}

const armName = (side: string, point: Point) => `${side} ${pointName(point)}`;

function armOf(bed: Bed, side: string, { options, workload }: Side, point: Point): PlannedArm {
  const { model, engine, newTokens, repetitions, points } = bed;
  const { prompt, depth } = point;
  const most = Math.max(...points.map((each) => each.prompt + each.depth));
  const size = bed.sizesContext ? { contextSize: most + newTokens + 1 } : {};
  return {
    name: armName(side, point),
    subject: { model, engine, options: { ...options, ...size } },
    workloads: {
      generate: {
        prompt: { tokens: prompt },
        ...(depth > 0 && { cachedTokens: depth }),
        newTokens,
        warmups: 1,
        generations: repetitions,
        ...workload,
      },
    },
  };
}

/** `waits`: for a quiet host, at the beginning of a search; on a desk each run of it would wait for long, and drift is seen. */
function planOf({ rounds, silenceMs }: Bed, arms: readonly PlannedArm[], waits: boolean): Plan {
  return {
    id: "tune",
    question: "Which settings are fastest on this machine?",
    arms,
    baseline: arms[0]!.name,
    protocol: { blocks: rounds, order: "interleaved", seed: 42 },
    armBudgetMs: Number.MAX_SAFE_INTEGER,
    silenceMs,
    waits,
    full: false,
    overrides: {},
  };
}

/** The first block; a QuantlabError where one of the anchor's could not be measured: nothing can be held against it then. */
function requireMeasured(blocks: readonly Block[]): Block {
  const broken = blocks.find(({ status, reason }) => status !== "measured" && reason !== clearlySlower);
  if (!broken) return blocks[0]!;
  throw new QuantlabError("NOTHING_MEASURED", `the present settings cannot be measured: ${broken.reason}`, {
    remedy: "look at this machine with pnpm lab doctor; nothing was changed",
  });
}
