import { type NamedWorkload, type Scenario, shippedPath, taskSets, texts } from "@quantlab/core";
import { scoreBlock } from "./block.ts";
import type { Sample } from "./sample.ts";
import { type Amount, defaults, type Settled, type Workload } from "./workload.ts";

/** A model of more parameters gets the workload's smaller amount. */
const largeParameters = 50e6;
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
    ...(large && { large: atMost(quickLook, { ...workload, ...large }) }),
  }),
  describe({ text = defaults.text, chunks, items }) {
    const parts = [
      ...(chunks === undefined ? [] : [`the first ${chunks} chunks of the text ${text}`]),
      ...(items === undefined ? [] : [`the first ${items} items of each task`]),
    ];
    return parts.length > 0 ? `Quality is of ${parts.join(" and ")}.` : "";
  },
  async settle(arms, { reference }) {
    for (const { workload } of arms) await requireShippedTexts(workload);
    const isLarge = arms.some(({ subject }) => (subject.model?.parameters ?? 0) > largeParameters);
    return arms.map(({ name, workload: { large = {}, ...workload } }) => ({
      workload: { ...workload, ...(isLarge && large) },
      settled: { arm: name, reference },
    }));
  },
  perform: scoreBlock,
};

function atMost(most: Required<Amount>, { chunks = most.chunks, items = most.items }: Amount): Amount {
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
