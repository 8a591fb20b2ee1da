import { observationsOf } from "@quantlab/fit";
import { paragraphs } from "../markdown.ts";
import type { Analysis } from "./analysis.ts";
import { predictionChart } from "./prediction-chart.ts";
import { quantities } from "./prediction-quantities.ts";
import { predictionPart, predictionSentence } from "./prediction-tables.ts";

/**
 * What was predicted before loading, held against what was measured, each model predicted from the others alone; the usual
 * formula stands beside it.
 */
export const predictions: Analysis = {
  together: {
    sentences(results) {
      const observations = observationsOf(results);
      return quantities.flatMap((quantity) => predictionSentence(quantity, observations) ?? []);
    },
    text(results) {
      const observations = observationsOf(results);
      return paragraphs(
        "## Predicted before loading",
        ...quantities.map((quantity) => predictionPart(quantity, observations)),
      );
    },
    charts(results) {
      const observations = observationsOf(results);
      return quantities.flatMap((quantity) => predictionChart(quantity, observations, results[0]!) ?? []);
    },
  },
};
