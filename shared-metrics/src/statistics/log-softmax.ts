/**
 * ln p(token) under the softmax of one row of logits: logit − max − ln Σ exp(logit − max), summed in
 * float64. `row` starts at `offset` in `logits` and is `vocabulary` long. In nats, never above 0.
 */
export function logProbability(
  logits: Float32Array,
  offset: number,
  vocabulary: number,
  token: number,
): number {
  const end = offset + vocabulary;
  if (token < 0 || token >= vocabulary || end > logits.length) {
    throw new RangeError(`token ${token} is not in a row of ${vocabulary} logits`);
  }
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = offset; index < end; index++) {
    if (logits[index]! > highest) highest = logits[index]!;
  }
  let total = 0;
  for (let index = offset; index < end; index++) total += Math.exp(logits[index]! - highest);
  return logits[offset + token]! - highest - Math.log(total);
}
