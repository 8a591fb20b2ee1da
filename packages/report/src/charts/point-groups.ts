import { quantizationFacts, type Result } from "@quantlab/core";
import { backendTitle } from "../arm-titles.ts";
import { familyTitles } from "../families.ts";

/** What a point's colour and shape stand for. */
export interface Group {
  readonly title: string;
  /** Found with the help of a calibration text; drawn hollow. */
  readonly calibrated: boolean;
}

/** The backend where there are several, or else the family of types. */
export function groupOf(result: Result, arm: string): Group {
  const of = result.arms[arm]!;
  const { family, calibrated, classes } = quantizationFacts(of.quantization ?? "");
  const backends = new Set(Object.values(result.arms).map(({ backend }) => backend));
  if (backends.size > 1) return { title: backendTitle(of), calibrated };
  const mixed = Object.keys(classes).length > 0;
  return { title: mixed ? "one tensor class" : familyTitles[family], calibrated };
}
