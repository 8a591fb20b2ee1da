import type { NamedWorkload, Scenario } from "@quantlab/core";
import { filledIn, knownPlaces } from "../subject/places.ts";
import { serveBlock } from "./block.ts";
import type { Sample } from "./sample.ts";
import type { Settled, Workload } from "./workload.ts";

/** A server is asked by clients, who note when each piece of an answer came. */
export const serve: Scenario<Workload, Sample, Settled> = {
  id: "serve",
  once: false,
  synthetic: true,
  flags: {
    clients: { field: "clients", about: "clients that ask at once", least: 1 },
    requests: { field: "requests", about: "requests of each client", least: 1 },
    "new-tokens": { field: "newTokens", about: "tokens of an answer", least: 2 },
  },
  quick: (workload) => ({ ...workload, requests: 1 }),
  describe({ clients, requests, promptWords, sharedWords = 0, newTokens, foreignWords, arrivalsPerSecond }) {
    const asked =
      arrivalsPerSecond === undefined
        ? `${clients === 1 ? "one client asks" : `${clients} clients ask`} ${requests} times each, again as soon as an answer is there`
        : `${clients * requests} requests come at random, ${arrivalsPerSecond} a second`;
    const shared = sharedWords === 0 ? "" : `, the first ${sharedWords} of them the same in all`;
    const foreign =
      foreignWords === undefined ? "" : `; meanwhile somebody's prompt of ${foreignWords} words comes`;
    return `A server of each program is started for a block; ${asked}, with prompts of ${promptWords} words${shared}, for answers of ${newTokens} tokens${foreign}.`;
  },
  async settle(arms) {
    return arms.map(({ subject, workload }) => {
      // The port is the block's.
      const known = { ...knownPlaces(subject), port: "{port}" };
      const words = workload.arguments.map((word) => filledIn(word, known));
      const named = workload.name === undefined ? {} : { modelName: filledIn(workload.name, known) };
      return { workload, settled: { words, ...named } };
    });
  },
  perform: serveBlock,
};

/** An experiment's workload of this scenario; an arm's own says only what it has otherwise. */
export function serving(workload: Partial<Workload>): NamedWorkload {
  return { scenario: serve.id, workload: { ...workload } };
}
