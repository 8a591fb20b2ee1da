import { type NamedWorkload, type Scenario, shippedPath, taskSets, texts } from "@quantlab/core";
import { sized } from "../subject/sized-workloads.ts";
import { scoreBlock } from "./block.ts";
import type { Sample } from "./sample.ts";
import { type Amount, defaults, type Settled, type Workload } from "./workload.ts";

const quickLook = { chunks: 8, items: 20 };

/** A model scores a text and answers tasks: what quality is read from. It does not change from process to process. */
export const score: Scenario<Workload, Sample, Settled> = {
  id: "score",
  once: true,
  synthetic: false,
  flags: {},
  quick: ({ large, ...workload }) => ({
    ...workload,
    ...atMost(quickLook, workload),
    ...(large && { large: { ...large, ...atMost(quickLook, { ...workload, ...large }) } }),
  }),
  describe({ text = defaults.text, chunks, chunkSize, everyToken, items }) {
    const each = [
      ...(chunkSize === undefined ? [] : [` of ${chunkSize} tokens`]),
      ...(everyToken ? [", every token of them,"] : []),
    ].join("");
    const parts = [
      ...(chunks === undefined ? [] : [`the first ${chunks} chunks${each} of the text ${text}`]),
      ...(items === undefined ? [] : [`the first ${items} items of each task`]),
    ];
    return parts.length > 0 ? `Quality is of ${parts.join(" and ")}.` : "";
  },
  async settle(arms, { reference }) {
    for (const { workload } of arms) await requireShippedTexts(workload);
    return sized(arms).map(({ name, workload }) => ({ workload, settled: { arm: name, reference } }));
  },
  perform: scoreBlock,
};

function atMost(most: typeof quickLook, { chunks = most.chunks, items = most.items }: Amount): Amount {
  return { chunks: Math.min(chunks, most.chunks), items: Math.min(items, most.items) };
}

/** Figures of a text or of tasks are named after what ships, so that is what must lie there. */
async function requireShippedTexts(workload: Workload): Promise<void> {
  const { text = defaults.text, tasks = defaults.tasks, perplexity, divergence, answers } = workload;
  if (perplexity || divergence) await shippedPath(texts[text]);
  if (answers) await shippedPath(taskSets[tasks]);
}

/** An experiment's workload of this scenario; an arm's own says only what it has otherwise. */
export function scoring(workload: Partial<Workload> = {}): NamedWorkload {
  return { scenario: score.id, workload: { ...workload } };
}
