/** Softmax and divergence as their definitions stand, in float64: what the kernel is held against. */
export function plainComparison(reference: Float32Array, arm: Float32Array, cut: number) {
  const [base, mine] = [logSoftmax(reference), logSoftmax(arm)];
  const terms = base.map((log, token) =>
    log === Number.NEGATIVE_INFINITY ? 0 : Math.exp(log) * (log - mine[token]!),
  );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    base,
    mine,
    kld: sum(terms),
    kldWithCut: sum(terms.filter((_, token) => base[token]! > cut)),
    sameTop: first(reference) === first(arm),
  };
}

function logSoftmax(row: Float32Array): number[] {
  const highest = largest(row);
  const total = row.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
  return Array.from(row, (logit) => logit - highest - Math.log(total));
}

const largest = (row: Float32Array) => row.reduce((most, logit) => Math.max(most, logit));
const first = (row: Float32Array) => row.indexOf(largest(row));
