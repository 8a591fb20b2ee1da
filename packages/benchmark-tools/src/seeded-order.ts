import { sha256 } from "@quantlab/core";

/** The blocks of a round in a random order that its seed and their names give: drift hits all alike. */
export function inSeededOrder<Block>(
  blocks: readonly Block[],
  { seed, round, nameOf }: { seed: number; round: number; nameOf: (block: Block) => string },
): Block[] {
  const place = (block: Block) => sha256(`${seed} ${round} ${nameOf(block)}`);
  return blocks.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}
