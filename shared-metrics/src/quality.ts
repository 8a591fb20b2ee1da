import type { Block } from "@quantlab/core";
import type { ScoreSample } from "@quantlab/scenarios";
import { blocksOf, measuredBlocks, whyNotMeasured } from "./reading.ts";

const randomWeights = "the weights are random, so quality means nothing";
const noLogits = "this API shows no logits; see the engine arm of the same file";

/**
 * What was scored once for an arm, from the first block that carries it, or in words why there is none; `otherwise` is
 * said where no block tells why.
 */
export function scored<Value>(
  blocks: readonly Block[],
  read: (sample: ScoreSample) => Value | null,
  otherwise: string = noLogits,
): { readonly found: Value } | { readonly none: string } {
  if (blocks.some(({ model }) => model?.synthetic)) return { none: randomWeights };
  const own = blocksOf<ScoreSample>(blocks, ["score"]);
  const measured = measuredBlocks(own) as Block<ScoreSample>[];
  if (measured.length === 0) return { none: whyNotMeasured(own.length > 0 ? own : blocks) };
  for (const { sample } of measured) {
    const found = sample && read(sample);
    if (found) return { found };
  }
  return { none: measured.find(({ reason }) => reason !== null)?.reason ?? otherwise };
}
