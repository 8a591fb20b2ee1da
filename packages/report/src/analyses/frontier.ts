export interface Placed {
  /** What it takes; less is better. */
  readonly cost: number;
  readonly loss: number;
}

/** Those for which no other has less loss at no more cost, cheapest first. Of equals the first in order counts. */
export function frontier<Item extends Placed>(items: readonly Item[]): Item[] {
  const cheapestFirst = items
    .map((item, index) => ({ item, index }))
    .sort((a, b) => a.item.cost - b.item.cost || a.item.loss - b.item.loss || a.index - b.index);
  let least = Number.POSITIVE_INFINITY;
  return cheapestFirst.flatMap(({ item }) => {
    if (item.loss >= least) return [];
    least = item.loss;
    return [item];
  });
}
