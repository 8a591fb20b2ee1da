import { type Comparison, type Json, UsageError, validate } from "@quantlab/core";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { limitsFrom } from "./bounds.ts";
import { comparisonOf } from "./comparison.ts";
import { comparisonText } from "./comparison-text.ts";
import { allowedDifferences } from "./differences.ts";
import { measuredSides } from "./measured.ts";
import { type CompareOptions, refuseIdle } from "./options.ts";
import { fileSide } from "./sides/file-side.ts";
import { fileNamed } from "./sides/side-name.ts";

/** Holds B against A: two models that are measured now, or what two files hold. */
export async function compareCommand(
  { signal }: VerbContext,
  names: readonly [string, string],
  options: CompareOptions,
): Promise<Outcome> {
  const [a, b] = names.map(fileNamed);
  // Before anything is measured: a name may be misspelled.
  const wanted = { sameWithin: options.sameWithin, limits: limitsFrom(options) };
  if (a && b) {
    refuseIdle(options, "files");
    const sides = [await fileSide(a), await fileSide(b)] as const;
    return outcomeOf(comparisonOf(...sides, wanted, allowedDifferences(...sides, options.across ?? [])));
  }
  if (a || b) {
    throw new UsageError(
      `${names[0]} and ${names[1]}: one is a file and the other a model, which would be measured in another way`,
      "measure both now, or compare two files that pnpm lab bench --json has made",
    );
  }
  refuseIdle(options, "models");
  return outcomeOf(comparisonOf(...(await measuredSides(names, options, signal)), wanted, []));
}

function outcomeOf(comparison: Comparison): Outcome {
  const data = JSON.parse(JSON.stringify(comparison)) as Json;
  validate("comparison", data, "the comparison");
  const undecided = comparison.bounds.filter(({ outcome }) => outcome === "undecided");
  return {
    data,
    text: comparisonText(comparison),
    warnings: [...comparison.notes, ...undecided.map(({ words }) => words)],
    exitCode: comparison.bounds.some(({ outcome }) => outcome === "failed") ? 1 : 0,
  };
}
