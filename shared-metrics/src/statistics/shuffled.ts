import { seededIndex } from "./random.ts";

/** The values in a random order, the same one for the same values: Fisher and Yates's. */
export function shuffled<Value>(values: readonly Value[]): Value[] {
  const nextIndex = seededIndex();
  const order = [...values];
  for (let last = order.length - 1; last > 0; last--) {
    const other = nextIndex(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
