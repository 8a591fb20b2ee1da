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
}

/** llama.cpp's tools/perplexity passes over tokens whose ln p_ref is not above this. */
export const CUT = -16;

/**
 * Compares two rows of logits that begin at their offsets, in float64. The sum is that of kl_divergence in
 * llama.cpp's tools/perplexity/perplexity.cpp (Kullback and Leibler, 1951). A logit that is not a number
 * makes every value of its side, and the divergence, NaN.
 */
export function compareRows(
  reference: { readonly logits: Float32Array; readonly offset: number },
  arm: { readonly logits: Float32Array; readonly offset: number },
  vocabulary: number,
  token: number,
): RowComparison {
  const base = partition(reference.logits, reference.offset, vocabulary);
  const mine = partition(arm.logits, arm.offset, vocabulary);
  let [kld, kldWithCut] = [0, 0];
  for (let index = 0; index < vocabulary; index++) {
    const logBase = reference.logits[reference.offset + index]! - base.logTotal;
    if (logBase === Number.NEGATIVE_INFINITY) continue;
    const term = Math.exp(logBase) * (logBase - (arm.logits[arm.offset + index]! - mine.logTotal));
    kld += term;
    if (logBase > CUT) kldWithCut += term;
  }
  return {
    logProbability: arm.logits[arm.offset + token]! - mine.logTotal,
    referenceLogProbability: reference.logits[reference.offset + token]! - base.logTotal,
    kld,
    kldWithCut,
    sameTop: base.top === mine.top,
  };
}

/** ln Σ exp of a row, and where its first maximum is. */
function partition(
  logits: Float32Array,
  offset: number,
  vocabulary: number,
): { readonly logTotal: number; readonly top: number } {
  let [highest, top] = [logits[offset]!, 0];
  for (let index = 1; index < vocabulary; index++) {
    const logit = logits[offset + index]!;
    if (logit > highest) [highest, top] = [logit, index];
  }
  let total = 0;
  for (let index = 0; index < vocabulary; index++) total += Math.exp(logits[offset + index]! - highest);
  return { logTotal: highest + Math.log(total), top };
}
