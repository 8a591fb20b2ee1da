import { claimWord } from "../claims.ts";
import { formatRatio } from "../numbers.ts";
import { type Analysis, metricOf } from "./analysis.ts";

/** Arms that vary another one, each against that one: by how much the metric `loss` changes. */
export const ownRivals: Analysis = {
  sentences({ arms, effects }, named) {
    const { name, display } = metricOf(named, "loss");
    const told = Object.entries(arms).flatMap(([arm, { against }]) => {
      const effect = against === undefined ? undefined : effects[arm]?.[name];
      if (!effect) return [];
      const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
      const doubt = effect.claim === "none" ? `; ${claimWord(name, effect)}` : "";
      return [`${arm} has ${ratio}× that of ${against}${interval ? ` (95% ${interval}${doubt})` : ""}`];
    });
    const noun = display.noun.replace(/^./, (letter) => letter.toUpperCase());
    return told.length > 0 ? [`${noun} against an arm's own rival: ${told.join("; ")}.`] : [];
  },
};
