import { type NamedAnalysis, UnknownNameError } from "@quantlab/core";
import type { Analysis } from "./analysis.ts";
import { beaten } from "./beaten.ts";
import { divergenceByDepth } from "./divergence-by-depth.ts";
import { equalBytes } from "./equal-bytes.ts";
import { expectedLoss } from "./expected-loss.ts";
import { importance } from "./importance.ts";
import { kAgainstLegacy } from "./k-against-legacy.ts";
import { modelCard } from "./model-card.ts";
import { ownRivals } from "./own-rivals.ts";
import { pareto } from "./pareto.ts";
import { predictions } from "./predictions.ts";
import { smallest } from "./smallest.ts";
import { speedByDepth } from "./speed-by-depth.ts";
import { tensorClasses } from "./tensor-classes.ts";

/** Every analysis, by the name that an experiment gives. */
const analyses: Readonly<Record<string, Analysis>> = {
  beaten,
  "divergence-by-depth": divergenceByDepth,
  "equal-bytes": equalBytes,
  "expected-loss": expectedLoss,
  importance,
  "k-against-legacy": kAgainstLegacy,
  "model-card": modelCard,
  "own-rivals": ownRivals,
  pareto,
  predictions,
  smallest,
  "speed-by-depth": speedByDepth,
  "tensor-classes": tensorClasses,
};

/** What the named analyses make of several models' results together. */
export function together(named: readonly NamedAnalysis[]): NonNullable<Analysis["together"]>[] {
  return named.flatMap(({ analysis }) => analysisNamed(analysis).together ?? []);
}

/** What the named analyses make of one part, in their order. Throws an UnknownNameError for a name that is none. */
export function analysed<Part extends Exclude<keyof Analysis, "together">>(
  part: Part,
  result: Parameters<NonNullable<Analysis[Part]>>[0],
  named: readonly NamedAnalysis[],
): ReturnType<NonNullable<Analysis[Part]>>[] {
  type Make = (of: typeof result, each: NamedAnalysis) => ReturnType<NonNullable<Analysis[Part]>>;
  return named.flatMap((each) => {
    const make = analysisNamed(each.analysis)[part] as Make | undefined;
    return make ? [make(result, each)] : [];
  });
}

function analysisNamed(name: string): Analysis {
  const analysis = Object.hasOwn(analyses, name) ? analyses[name] : undefined;
  if (analysis) return analysis;
  throw new UnknownNameError("analysis", name, Object.keys(analyses));
}
