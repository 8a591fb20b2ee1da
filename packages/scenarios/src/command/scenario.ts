import type { NamedWorkload, ReadySubject, Scenario } from "@quantlab/core";
import { filledIn, knownPlaces } from "../subject/places.ts";
import { commandBlock } from "./block.ts";
import type { Sample } from "./sample.ts";
import type { Settled, Workload } from "./workload.ts";

/** A program runs to its end, timed from outside: what the lab is held against peers with. */
export const command: Scenario<Workload, Sample, Settled> = {
  id: "command",
  once: false,
  synthetic: true,
  flags: {},
  quick: (workload) => workload,
  describe: () => "",
  async settle(arms) {
    return arms.map(({ subject, workload }) => ({
      workload,
      settled: { words: wordsOf(subject, workload) },
    }));
  },
  perform: commandBlock,
};

function wordsOf(subject: ReadySubject, workload: Workload): readonly string[] {
  const known = knownPlaces(subject);
  return workload.arguments.map((word) => filledIn(word, known));
}

/** An experiment's workload of this scenario; an arm's own says only what it has otherwise. */
export function commandRun(workload: Partial<Workload>): NamedWorkload {
  return { scenario: command.id, workload: { ...workload } };
}
