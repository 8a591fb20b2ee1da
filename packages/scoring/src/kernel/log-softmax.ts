import { rowKernel } from "./row-kernel.ts";

/** ln p of any token under the softmax of one row, as `logProbability` has it: the row is summed up once. */
export function logProbabilities(
  logits: Float32Array,
  offset: number,
  vocabulary: number,
): (token: number) => number {
  const kernel = rowKernel(vocabulary);
  kernel.set(0, { logits, offset });
  const { highest, sum } = kernel.partition(0, 2);
  const normalizer = Math.log(sum);
  return (token) => logits[offset + token]! - highest - normalizer;
}

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
  return logProbabilities(logits, offset, vocabulary)(token);
}
