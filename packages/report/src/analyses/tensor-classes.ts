import { familyOfType } from "@quantlab/core";
import { formatMetric } from "../metric-display.ts";
import { listed } from "../numbers.ts";
import { type Analysis, metricOf } from "./analysis.ts";
import { formatLossRatio, lossRatio } from "./loss-ratio.ts";
import { type QualityArm, qualityArms } from "./quality-arms.ts";

const classTitles: Readonly<Record<string, string>> = {
  embed: "token embeddings",
  output: "the output matrix",
  attn: "attention",
  ffn: "feed-forward layers",
};

interface ClassArm {
  readonly arm: QualityArm;
  readonly name: string;
  readonly type: string;
}

/** Arms of full weights but for one tensor class: which class costs what, and whether a K-quant costs less there. */
export const tensorClasses: Analysis = {
  sentences(result, named) {
    const { name: lossName, display } = metricOf(named, "loss");
    const single = qualityArms(result, named).flatMap((arm): ClassArm[] => {
      const [own, ...more] = Object.entries(arm.form.classes);
      if (!own || more.length > 0 || arm.form.family !== "full" || arm.form.calibrated) return [];
      return [{ arm, name: own[0], type: own[1] }];
    });
    const told = [...Map.groupBy(single, ({ name }) => name)].map(([name, group]) => {
      const k = group.find(({ type }) => familyOfType(type) === "k");
      const rivals = group.filter(({ type }) => familyOfType(type) === "legacy");
      const costs = group.map(({ arm, type }) => `${type} ${formatMetric(lossName, arm.loss)}`);
      const against = rivals.map(
        (rival) => `${formatLossRatio(lossRatio(k?.arm ?? rival.arm, rival.arm))} as much as ${rival.type}`,
      );
      const comparison = k && rivals.length > 0 ? `, with ${k.type} ${listed(against)}` : "";
      return `${classTitles[name] ?? name} ${listed(costs)}${comparison}`;
    });
    return told.length > 0
      ? [
          `With one tensor class quantized and all else full weights, ${display.noun} in ${display.unit} is, for ${told.join("; for ")}.`,
        ]
      : [];
  },
};
