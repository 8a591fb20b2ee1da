import type { Block } from "@quantlab/core";

/** "block 3 of q5": how a reason names a block, counted from 1 as the progress on the screen is. */
export function nameOf(block: Block): string {
  return `block ${block.index + 1} of ${block.arm}`;
}

/**
 * One reason for all blocks whose figure is above `limit`: it names the worst of them, with its figure, and
 * counts the others. Null when none is above; blocks whose figure the host does not tell are not judged.
 */
export function worstAbove(
  blocks: readonly Block[],
  limit: number,
  figureOf: (block: Block) => number | null,
  say: (figure: number) => string,
): string | null {
  const above = blocks
    .map((block) => ({ block, figure: figureOf(block) ?? Number.NEGATIVE_INFINITY }))
    .filter(({ figure }) => figure > limit)
    .sort((a, b) => b.figure - a.figure);
  const worst = above[0];
  if (!worst) return null;
  const others = above.length > 1 ? ` (and ${above.length - 1} more above the limit)` : "";
  return `${nameOf(worst.block)}: ${say(worst.figure)}${others}`;
}
