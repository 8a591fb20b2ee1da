import type { Session } from "@quantlab/core";

const never = new AbortController().signal;

/** Every row of logits of a sequence from a position on, one after another. */
export async function allLogits(
  session: Session,
  ids: Int32Array,
  from = 0,
  signal: AbortSignal = never,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const { logits } of session.score!({ ids, from }, signal)) parts.push(logits.slice());
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export interface LogitError {
  readonly rms: number;
  /** Mean and largest absolute difference. */
  readonly mean: number;
  readonly max: number;
}

/** How far two lists of logits differ; NaN for lists that do not match in length. */
export function logitError(a: Float32Array, b: Float32Array): LogitError {
  if (a.length !== b.length) return { rms: Number.NaN, mean: Number.NaN, max: Number.NaN };
  let [squares, total, max] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const difference = Math.abs(a[index]! - b[index]!);
    squares += difference ** 2;
    total += difference;
    max = Math.max(max, difference);
  }
  return { rms: Math.sqrt(squares / a.length), mean: total / a.length, max };
}
