import { armTitles } from "../arm-titles.ts";
import { listed } from "../numbers.ts";
import { type Analysis, metricOf } from "./analysis.ts";
import { lossRatio } from "./loss-ratio.ts";
import { qualityArms } from "./quality-arms.ts";

/** The arms that take no fewer bytes than another and yet are surely farther from the reference, each with its better. */
export const beaten: Analysis = {
  sentences(result, named) {
    const arms = qualityArms(result, named);
    if (arms.length === 0) return [];
    const titles = armTitles(result);
    const { noun } = metricOf(named, "loss").display;
    const told = arms.flatMap((arm) => {
      const nearest = arms
        .filter((other) => other.bytes <= arm.bytes && other.loss.value < arm.loss.value)
        .toSorted((a, b) => a.loss.value - b.loss.value)[0];
      const sure = nearest && (lossRatio(nearest, arm).ci95?.[1] ?? 1) < 1;
      return sure ? [`${titles[arm.name]} by ${titles[nearest.name]}`] : [];
    });
    return [
      told.length > 0
        ? `Beaten by a form that is no larger and nearer in ${noun}: ${listed(told)}.`
        : `No form is beaten by one that is no larger and nearer in ${noun}.`,
    ];
  },
};
