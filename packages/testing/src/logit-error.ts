import type { Session } from "@quantlab/core";

const never = new AbortController().signal;

/** Every row of logits of a sequence, one after another. */
export async function allLogits(session: Session, ids: Int32Array): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const { logits } of session.score!({ ids, from: 0 }, never)) parts.push(logits.slice());
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Root mean square and largest difference; NaN for rows that do not match in number. */
export function logitError(a: Float32Array, b: Float32Array): { readonly rms: number; readonly max: number } {
  if (a.length !== b.length) return { rms: Number.NaN, max: Number.NaN };
  let [squares, max] = [0, 0];
  for (let index = 0; index < a.length; index++) {
    const difference = Math.abs(a[index]! - b[index]!);
    squares += difference ** 2;
    max = Math.max(max, difference);
  }
  return { rms: Math.sqrt(squares / a.length), max };
}
