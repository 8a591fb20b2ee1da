import type { NamedWorkload, Scenario } from "@quantlab/core";
import { commandBlock } from "./block.ts";
import type { Sample } from "./sample.ts";
import type { Workload } from "./workload.ts";

/** A program runs to its end, timed from outside: what the lab is held against peers with. */
export const command: Scenario<Workload, Sample, object> = {
  id: "command",
  once: false,
  synthetic: true,
  flags: {},
  quick: (workload) => workload,
  describe: () => "",
  perform: commandBlock,
};

/** An experiment's workload of this scenario; an arm's own says only what it has otherwise. */
export function commandRun(workload: Partial<Workload>): NamedWorkload {
  return { scenario: command.id, workload: { ...workload } };
}
