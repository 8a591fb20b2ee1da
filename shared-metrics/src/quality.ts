import type { Block } from "@quantlab/core";
import { measuredBlocks, whyNotMeasured } from "./block-metric.ts";

const randomWeights = "the weights are random, so quality means nothing";
const noLogits = "this API shows no logits; see the engine arm of the same file";

/**
 * What was observed once for an arm, from the first block that carries it, or in words why there is none.
 * Quality is the same in every process, so one block observes it for all; `otherwise` is said where no block tells why.
 */
export function observed<Value>(
  blocks: readonly Block[],
  read: (block: Block) => Value | null,
  otherwise: string = noLogits,
): { readonly found: Value } | { readonly none: string } {
  const measured = measuredBlocks(blocks);
  if (measured.length === 0) return { none: whyNotMeasured(blocks) };
  if (measured.some((block) => block.model?.synthetic)) return { none: randomWeights };
  for (const block of measured) {
    const found = read(block);
    if (found !== null) return { found };
  }
  return { none: measured.find((block) => block.reason !== null)?.reason ?? otherwise };
}
