/** A case: how much of each thing it holds, and what that came to. */
export interface Case {
  readonly amounts: Readonly<Record<string, number>>;
  readonly total: number;
}

const rounds = 2000;
const enough = 1e-9;

/**
 * What one of each thing costs, none less than nothing, so that the totals come out with the least squares of relative errors.
 * `usual` is what each thing costs as far as the cases do not tell: straying from it counts like an error of the same share,
 * times `pull`. By coordinate descent, each step the exact minimum in one cost.
 */
export function nonNegativeCosts(
  cases: readonly Case[],
  usual: Readonly<Record<string, number>>,
  pull: number,
): Record<string, number> {
  const costs: Record<string, number> = { ...usual };
  const names = Object.keys(usual);
  for (let round = 0; round < rounds; round++) {
    let moved = 0;
    for (const name of names) {
      const before = costs[name]!;
      const next = bestCost(name, cases, costs, usual[name]!, pull);
      costs[name] = next;
      moved = Math.max(moved, Math.abs(next - before) / (before + next || 1));
    }
    if (moved < enough) break;
  }
  return costs;
}

function bestCost(
  name: string,
  cases: readonly Case[],
  costs: Readonly<Record<string, number>>,
  usual: number,
  pull: number,
): number {
  let [wanted, weight] = usual > 0 ? [pull / usual, pull / usual ** 2] : [0, 0];
  for (const { amounts, total } of cases) {
    const share = (amounts[name] ?? 0) / total;
    wanted += share * (1 - (totalOf(amounts, costs) - (amounts[name] ?? 0) * costs[name]!) / total);
    weight += share ** 2;
  }
  return weight > 0 ? Math.max(0, wanted / weight) : 0;
}

/** What the amounts come to at these costs; things without a cost count nothing. */
export function totalOf(
  amounts: Readonly<Record<string, number>>,
  costs: Readonly<Record<string, number>>,
): number {
  return Object.entries(amounts).reduce((sum, [name, amount]) => sum + amount * (costs[name] ?? 0), 0);
}
