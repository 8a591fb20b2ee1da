import { rowKernel } from "./row-kernel.ts";

/**
 * ln p(token) under the softmax of one row of logits: logit − max − ln Σ exp(logit − max), with exponentials of
 * float32 summed in float64. `row` starts at `offset` in `logits` and is `vocabulary` long. In nats.
 */
export function logProbability(
  logits: Float32Array,
  offset: number,
  vocabulary: number,
  token: number,
): number {
  if (token < 0 || token >= vocabulary || offset + vocabulary > logits.length) {
    throw new RangeError(`token ${token} is not in a row of ${vocabulary} logits`);
  }
  const kernel = rowKernel(vocabulary);
  kernel.set(0, { logits, offset });
  const { highest, sum } = kernel.partition(0, 2);
  return logits[offset + token]! - highest - Math.log(sum);
}
