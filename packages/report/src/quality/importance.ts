import { divergenceRatio, formatDivergenceRatio } from "./divergence-ratio.ts";
import type { QualityArm } from "./quality-arms.ts";

interface Twins {
  readonly plain: QualityArm;
  readonly calibrated: QualityArm;
}

/** Arms that differ in an importance matrix alone. */
export function importanceTwins(arms: readonly QualityArm[]): Twins[] {
  return arms.flatMap((calibrated) => {
    if (!calibrated.form.calibrated) return [];
    const plain = arms.find(({ arm, form }) => {
      const same = form.type === calibrated.form.type && arm.backend === calibrated.arm.backend;
      return same && !form.calibrated && sameClasses(form.classes, calibrated.form.classes);
    });
    return plain ? [{ plain, calibrated }] : [];
  });
}

/** What a calibration text changes, from the type that gains most; null where no type has both forms. */
export function importanceSentence(arms: readonly QualityArm[]): string | null {
  const told = importanceTwins(arms)
    .map((twins) => ({ ...twins, effect: divergenceRatio(twins.calibrated, twins.plain) }))
    .sort((a, b) => a.effect.ratio - b.effect.ratio)
    .map(({ plain, effect }) => `${plain.arm.quantization} to ${formatDivergenceRatio(effect)}`);
  return told.length > 0 ? `An importance matrix takes the mean divergence of ${told.join("; of ")}.` : null;
}

function sameClasses(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}
