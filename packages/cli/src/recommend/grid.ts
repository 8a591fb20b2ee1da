import { type Guidance, publishedGuidance } from "@quantlab/report";
import type { Estimate } from "./estimates.ts";
import { usableOf } from "./machine.ts";

/** Sizes that stand for others, from the catalogue; above 7B shapes with random weights, whose memory means something. */
export const gridModels = [
  "qwen2.5-0.5b-instruct",
  "qwen2.5-1.5b-instruct",
  "qwen2.5-3b-instruct",
  "mistral-7b-instruct-v0.3",
  "synthetic/llama-13b",
  "synthetic/llama-33b",
  "synthetic/llama-70b",
] as const;

/** By which the published guidance names sizes. */
const publishedSizes: Readonly<Record<string, string>> = {
  "mistral-7b-instruct-v0.3": "7B",
  "synthetic/llama-13b": "13B",
  "synthetic/llama-33b": "33B",
  "synthetic/llama-70b": "70B",
};

const gigabyte = 2 ** 30;

/** One model on one machine. */
export interface GridCell {
  readonly ramGB: number;
  /** The type that loses least of those that fit; null where none does. */
  readonly best: Estimate | null;
  /** What others advise, in their words; null where they say nothing. */
  readonly published: string | null;
  /** Why the two are not the same; null where they are, or nothing was published. */
  readonly disagreement: string | null;
}

export interface GridRow {
  readonly model: string;
  readonly parameters: number;
  readonly cells: readonly GridCell[];
}

/** Of these others say what they advise. */
export const guidedModels: readonly string[] = Object.keys(publishedSizes);

/** Models down, machines of the sizes across that the guidance names. */
export function gridOf(estimates: readonly Estimate[], guidance: Guidance = publishedGuidance()): GridRow[] {
  return [...Map.groupBy(estimates, ({ entry }) => entry.id)].map(([model, own]) => ({
    model,
    parameters: own[0]!.entry.parameters ?? 0,
    cells: guidance.rows.map(({ ramGB, advice }) => {
      const best = own.find((each) => upperOf(each) <= usableOf(ramGB * gigabyte)) ?? null;
      const size = publishedSizes[model];
      const published = (size !== undefined && advice[size]) || null;
      return { ramGB, best, published, disagreement: disagreementOf(best, published, own, ramGB) };
    }),
  }));
}

const upperOf = ({ memory }: Estimate): number => memory.interval?.[1] ?? memory.value;

/** What the guidance calls a type. */
function widthOf(type: string): "FP16" | "INT8" | "INT4" | "less" {
  if (type === "F16") return "FP16";
  if (type === "Q8_0" || type === "Q6_K") return "INT8";
  return type.startsWith("Q5") || type.startsWith("Q4") ? "INT4" : "less";
}

const order = ["FP16", "INT8", "INT4", "less"] as const;

function disagreementOf(
  best: Estimate | null,
  published: string | null,
  own: readonly Estimate[],
  ramGB: number,
): string | null {
  if (published === null) return null;
  const ours = best ? widthOf(best.type) : null;
  const theirs = order.filter((width) => published.includes(width));
  const left = `${gib(usableOf(ramGB * gigabyte))} that are left of ${ramGB} GB`;
  if (theirs.length === 0)
    return ours === null || ours === "less"
      ? null
      : `${best!.type} takes ${gib(upperOf(best!))} of the ${left}`;
  if (ours !== null && theirs.includes(ours)) return null;
  // Of the widths that they name the narrowest: what they say must fit.
  const narrowest = theirs.at(-1)!;
  if (ours === null || order.indexOf(ours) > order.indexOf(narrowest)) {
    const meant = own.find(({ type }) => widthOf(type) === narrowest);
    if (!meant) return `${narrowest} was not worked out`;
    const { contextSize } = meant.forecast;
    return `${meant.type} takes ${gib(upperOf(meant))}, a context of ${contextSize} tokens included, and not all of that is in the ${left}`;
  }
  return `${best!.type} takes ${gib(upperOf(best!))} of the ${left}`;
}

const gib = (bytes: number) => `${(bytes / gigabyte).toFixed(1)} GiB`;
