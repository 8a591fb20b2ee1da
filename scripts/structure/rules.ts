import { engines } from "../../packages/engines/src/index.ts";
import { defaultStore } from "../../packages/model-store/src/index.ts";
import { scenarios } from "../../packages/scenarios/src/index.ts";
import { metrics } from "../../shared-metrics/src/index.ts";
import type { NamesRule } from "./names.ts";

const engineNames = engines.flatMap(({ id, title, python }) => [id, title, ...(python ? [python.name] : [])]);

/** Which names may not stand where; each name is read from its own list. */
export const namesRules: readonly NamesRule[] = [
  {
    folder: "packages/runner/src",
    names: { "an engine": engineNames },
    // "command" is a word of every program; only the text of it would ask which scenario there is.
    texts: { "a scenario": scenarios.map(({ id }) => id) },
    remedy: "ask the engine's registration or the scenario for what differs",
  },
  {
    folder: "packages/report/src",
    names: {
      "an engine": engineNames,
      "a metric": metrics.map(({ name }) => name),
      "an experiment": [/\bexp\d+\b/],
      "a model": defaultStore.catalogue().models.map(({ id }) => id),
    },
    remedy: "ask the metric, the engine's registration or the experiment for what differs",
  },
];
