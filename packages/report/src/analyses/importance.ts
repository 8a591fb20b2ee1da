import { type Analysis, metricOf } from "./analysis.ts";
import { formatLossRatio, lossRatio } from "./loss-ratio.ts";
import { type QualityArm, qualityArms } from "./quality-arms.ts";

interface Twins {
  readonly plain: QualityArm;
  readonly calibrated: QualityArm;
}

/** Arms that differ in an importance matrix alone. */
function importanceTwins(arms: readonly QualityArm[]): Twins[] {
  return arms.flatMap((calibrated) => {
    if (!calibrated.form.calibrated) return [];
    const plain = arms.find(({ arm, form }) => {
      const same = form.type === calibrated.form.type && arm.backend === calibrated.arm.backend;
      return same && !form.calibrated && sameClasses(form.classes, calibrated.form.classes);
    });
    return plain ? [{ plain, calibrated }] : [];
  });
}

/** What a calibration text changes, from the type that gains most; nothing where no type has both forms. */
export const importance: Analysis = {
  sentences(result, named) {
    const told = importanceTwins(qualityArms(result, named))
      .map((twins) => ({ ...twins, effect: lossRatio(twins.calibrated, twins.plain) }))
      .sort((a, b) => a.effect.ratio - b.effect.ratio)
      .map(({ plain, effect }) => `${plain.arm.quantization} to ${formatLossRatio(effect)}`);
    const { noun } = metricOf(named, "loss").display;
    return told.length > 0 ? [`An importance matrix takes the ${noun} of ${told.join("; of ")}.`] : [];
  },
};

function sameClasses(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}
