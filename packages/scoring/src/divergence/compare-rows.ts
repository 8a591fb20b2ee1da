import { type Row, rowKernel } from "../kernel/row-kernel.ts";

/** One row of logits held against the reference's, for the token that followed. */
export interface RowComparison {
  /** ln p of the token, in nats. */
  readonly logProbability: number;
  readonly referenceLogProbability: number;
  /** Σ p_ref (ln p_ref − ln p) over the vocabulary, in nats. */
  readonly kld: number;
  /** The same sum without the tokens that llama.cpp leaves out. */
  readonly kldWithCut: number;
  /** Both rows have their first maximum at the same token. */
  readonly sameTop: boolean;
  /** The token at which the arm's row has it. */
  readonly top: number;
}

/** llama.cpp's tools/perplexity passes over tokens whose ln p_ref is not above this. */
export const CUT = -16;

const [base, mine, weights] = [0, 1, 2];

/**
 * Compares two rows of logits. The divergence is that of kl_divergence in llama.cpp's
 * tools/perplexity/perplexity.cpp (Kullback and Leibler, 1951), written over logits x with ln p = x − ln Σ exp x:
 * Σ p_ref (x_ref − x) − (ln Σ exp x_ref − ln Σ exp x). Exponentials are of float32, sums of float64; it may come out
 * below 0 by about 1e-8. A logit that is not a number makes every value of its side, and the divergence, NaN.
 */
export function compareRows(reference: Row, arm: Row, vocabulary: number, token: number): RowComparison {
  const kernel = rowKernel(vocabulary);
  kernel.set(base, reference);
  kernel.set(mine, arm);
  // The arm's exponentials are only summed; the reference's, made after them, stay as the weights.
  const own = kernel.partition(mine, weights);
  const of = kernel.partition(base, weights);
  const [logOwn, logOf] = [Math.log(own.sum), Math.log(of.sum)];
  // What the two logarithms differ by is taken off each term, so that float32 holds what is left.
  const difference = of.highest - own.highest + (logOf - logOwn);
  const shift = Math.fround(difference);
  kernel.call.differences(
    kernel.start(base),
    kernel.end(base),
    kernel.start(mine),
    kernel.start(weights),
    shift,
    of.highest + logOf + CUT,
    0,
  );
  const [all, above] = kernel.results;
  const topOf = (place: number, highest: number) =>
    kernel.call.first(kernel.start(place), kernel.end(place), highest);
  const top = topOf(mine, own.highest);
  return {
    logProbability: arm.logits[arm.offset + token]! - own.highest - logOwn,
    referenceLogProbability: reference.logits[reference.offset + token]! - of.highest - logOf,
    kld: all / of.sum - (difference - shift),
    kldWithCut: above / of.sum - (difference - shift),
    sameTop: topOf(base, of.highest) === top,
    top,
  };
}
