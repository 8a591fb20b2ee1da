import { armTitles, backendTitle } from "../arm-titles.ts";
import { formatNumber, listed } from "../numbers.ts";
import { type Analysis, metricOf } from "./analysis.ts";
import { formatLossRatio, type LossRatio, lossRatio } from "./loss-ratio.ts";
import { type QualityArm, qualityArms } from "./quality-arms.ts";

/** Sizes that differ by less count as equal: files carry vocabularies and padding, too. */
const equalSize = 1.02;

interface Match {
  readonly arm: QualityArm;
  /** The best arm of the baseline's backend that takes no more bytes; null where none is so small. */
  readonly rival: QualityArm | null;
  readonly effect: LossRatio | null;
}

/**
 * Each arm of another backend against the best arm of the baseline's backend that takes no more bytes: who loses least
 * at equal bytes, first counted, then arm by arm.
 */
export const equalBytes: Analysis = {
  sentences(result, named) {
    const home = result.arms[result.baseline]!;
    const arms = qualityArms(result, named);
    const homeArms = arms.filter(({ arm }) => arm.backend === home.backend);
    const matches = arms
      .filter(({ arm }) => arm.backend !== home.backend)
      .map((arm) => matchOf(arm, homeArms))
      .sort((a, b) => a.arm.bytes - b.arm.bytes);
    if (matches.length === 0) return [];
    const titles = armTitles(result);
    const { noun } = metricOf(named, "loss").display;
    const groups = Map.groupBy(matches, ({ arm }) => arm.arm.backend);
    return [
      summary(matches, backendTitle(home), noun),
      ...[...groups.values()].map((group) => {
        const told = group.map(({ arm, rival, effect }) => {
          const about = `${arm.arm.quantization} (${formatNumber(arm.bytes / 2 ** 20)} MiB)`;
          return rival && effect
            ? `${about} diverges ${formatLossRatio(effect)} as much as ${titles[rival.name]}`
            : `${about} is smaller than all of them`;
        });
        return `${backendTitle(group[0]!.arm.arm)}: ${told.join("; ")}.`;
      }),
    ];
  },
};

function matchOf(arm: QualityArm, homeArms: readonly QualityArm[]): Match {
  const rival =
    homeArms
      .filter(({ bytes }) => bytes <= arm.bytes * equalSize)
      .toSorted((a, b) => a.loss.value - b.loss.value)[0] ?? null;
  return { arm, rival, effect: rival && lossRatio(arm, rival) };
}

function summary(matches: readonly Match[], home: string, noun: string): string {
  const effects = matches.flatMap(({ effect }) => effect ?? []);
  const more = effects.filter(({ ci95 }) => ci95 && ci95[0] > 1).length;
  const less = effects.filter(({ ci95 }) => ci95 && ci95[1] < 1).length;
  const open = effects.length - more - less;
  const told = [
    `${more} of ${effects.length} forms of other packages ${more === 1 ? "loses" : "lose"} more (${noun}, 95% interval clear of 1)`,
    ...(less > 0 ? [`${less} ${less === 1 ? "loses" : "lose"} less`] : []),
    ...(open > 0 ? [`of ${open} it cannot be told`] : []),
  ];
  return `Against the best form of ${home} that takes no more bytes, ${listed(told)}.`;
}
