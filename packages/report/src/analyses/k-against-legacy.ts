import { formatRatio, listed } from "../numbers.ts";
import type { Analysis } from "./analysis.ts";
import { formatLossRatio, lossRatio } from "./loss-ratio.ts";
import { qualityArms } from "./quality-arms.ts";

/** The K-quant and the legacy types that share its bits: blocks of 4 or 5 bits with a scale, and with an offset. */
const equalBits = [
  { k: "Q4_K_S", legacy: ["Q4_0", "Q4_1"] },
  { k: "Q5_K_S", legacy: ["Q5_0", "Q5_1"] },
];

/** K-quants against legacy types of the same bits, a sentence without and one with importance matrix. */
export const kAgainstLegacy: Analysis = {
  sentences(result, named) {
    const arms = qualityArms(result, named);
    return [false, true].flatMap((calibrated) => {
      const find = (type: string) =>
        arms.find(
          ({ form }) => form.type === type && form.calibrated === calibrated && isWhole(form.classes),
        );
      const told = equalBits.flatMap(({ k, legacy }) => {
        const arm = find(k);
        const rivals = legacy.flatMap((type) => find(type) ?? []);
        if (!arm || rivals.length === 0) return [];
        const against = rivals.map((rival) => {
          const size = formatRatio(arm.bytes / rival.bytes, [
            arm.bytes / rival.bytes,
            arm.bytes / rival.bytes,
          ]);
          return `${formatLossRatio(lossRatio(arm, rival))} as much as ${rival.form.type} (file ${size.ratio}×)`;
        });
        return [`${k} diverges ${listed(against)}`];
      });
      const opening = calibrated ? "With an importance matrix" : "Without an importance matrix";
      return told.length > 0 ? [`${opening}, ${told.join("; ")}.`] : [];
    });
  },
};

/** Whether no tensor class has a type of its own. */
function isWhole(classes: Readonly<Record<string, string>>): boolean {
  return Object.keys(classes).length === 0;
}
