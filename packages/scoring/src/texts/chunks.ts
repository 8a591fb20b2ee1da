/** Tokens of one perplexity chunk: the context that published llama.cpp figures use. */
export const CHUNK_SIZE = 512;

/**
 * Position of the first row that is scored: the second half of a chunk, so that every token has some
 * context.
 */
export function firstScored(chunkSize: number): number {
  return Math.floor(chunkSize / 2);
}

/**
 * Cuts the tokens of a whole text into chunks as llama-perplexity does: full chunks only, and where the
 * model wants a BOS token it takes the place of each chunk's first token.
 */
export function chunksOf(
  ids: Int32Array,
  bos: number | null,
  most = Number.POSITIVE_INFINITY,
  chunkSize = CHUNK_SIZE,
): Int32Array[] {
  const count = Math.min(most, Math.floor(ids.length / chunkSize));
  return Array.from({ length: count }, (_, index) => {
    const chunk = ids.slice(index * chunkSize, (index + 1) * chunkSize);
    if (bos !== null) chunk[0] = bos;
    return chunk;
  });
}
