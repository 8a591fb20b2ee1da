import type { NamedWorkload, Scenario } from "@quantlab/core";
import { generateBlock } from "./block.ts";
import type { Sample } from "./sample.ts";
import { settleGenerations } from "./settle.ts";
import { defaults, type Settled, type Workload } from "./workload.ts";

/** A model answers a prompt, timed token by token: what speed, latency and memory are read from. */
export const generate: Scenario<Workload, Sample, Settled> = {
  id: "generate",
  once: false,
  synthetic: true,
  flags: {
    warmups: { field: "warmups", about: "untimed generations before the timed ones", least: 0 },
    generations: { field: "generations", about: "timed generations a process", least: 1 },
    "new-tokens": { field: "newTokens", about: "tokens a generation", least: 2 },
  },
  quick: ({ warmups = defaults.warmups, ...workload }) => ({ ...workload, warmups: Math.min(1, warmups) }),
  describe(workload) {
    const { newTokens, promptTokens, cachedTokens, neighbours = 0 } = workload;
    const { warmups, generations } = { ...defaults, ...workload };
    const drawn = workload.sampling ? `drawn at temperature ${workload.sampling.temperature}` : "greedy";
    const beside = neighbours === 0 ? "" : `, beside ${counted(neighbours, "busy process")}`;
    const prompt = typeof workload.prompt === "string" ? `the prompt ${workload.prompt}` : "a prompt";
    const behind =
      cachedTokens === undefined ? "" : `, behind ${counted(cachedTokens, "token")} in the cache`;
    const long = promptTokens === undefined ? "" : ` of ${counted(promptTokens, "token")}`;
    return (
      `In each ${counted(warmups, "untimed warm-up")} and ${counted(generations, "timed generation")} of ` +
      `${counted(newTokens, "token")}, ${drawn}, on ${prompt}${long}${behind}${beside}.`
    );
  },
  settle: settleGenerations,
  perform: generateBlock,
};

/** An experiment's workload of this scenario; an arm's own says only what it has otherwise. */
export function generation(workload: Partial<Workload>): NamedWorkload {
  return { scenario: generate.id, workload: { ...workload } };
}

const counted = (count: number, noun: string) =>
  `${count} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
