import type { ServeSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { share } from "../displays.ts";
import { gapsOf, ttftOf } from "../serve-reading.ts";

/** The share of the clients' requests whose first piece and every further one came in the time that was to be kept. */
export const goodput = blockMetric<ServeSample>({
  name: "goodput",
  unit: "of requests",
  better: "higher",
  display: {
    ...share,
    heading: "Served well",
    noun: "share of requests served within the objective",
    kind: "cost",
  },
  scenario: "serve",
  read: ({ requests, objective }) => {
    const own = requests.filter(({ client }) => client !== null);
    const kept = own.filter((request) => {
      const ttft = ttftOf(request);
      if (request.failed !== null || ttft === null || ttft > objective.ttftMs) return false;
      return gapsOf(request).every((gap) => gap <= objective.gapMs);
    });
    return kept.length / own.length;
  },
});
