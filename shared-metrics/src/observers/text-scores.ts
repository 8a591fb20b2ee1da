import path from "node:path";
import { BadFileError, type Observer, repositoryRoot, sha256, type TextScores, texts } from "@quantlab/core";
import { CHUNK_SIZE, chunksOf, FIRST_SCORED } from "./chunks.ts";
import { readText } from "./read-text.ts";
import { canScore, tokenLogProbabilities } from "./sequence-score.ts";

/** Chunks of a quick look. */
const QUICK_CHUNKS = 8;

/**
 * Log-likelihood of the test text by llama-perplexity's protocol: chunks of 512 tokens, BOS first, the 255
 * tokens after position 256 scored. An engine without logits gives no scores. Throws a BadFileError for a
 * text that is missing or shorter than two chunks, the least that llama-perplexity takes.
 */
export const textScores: Observer = {
  id: "text-scores",
  async observe(session, context) {
    if (!canScore(session)) return {};
    const file = path.join(repositoryRoot, texts[context.text]);
    const text = await readText(file);
    const ids = await session.tokenize(text, { special: true });
    if (ids.length < 2 * CHUNK_SIZE) {
      throw new BadFileError(
        file,
        `has ${ids.length} tokens`,
        `perplexity needs at least ${2 * CHUNK_SIZE}: take a longer text`,
      );
    }
    const [bos = null] = await session.tokenize("", { special: true });
    const chunks: TextScores["chunks"][number][] = [];
    for (const chunk of chunksOf(ids, bos, context.quick ? QUICK_CHUNKS : undefined)) {
      const logs = await tokenLogProbabilities(session, { ids: chunk, from: FIRST_SCORED }, context.signal);
      const negativeLogLikelihood = -logs.reduce((total, log) => total + log, 0);
      chunks.push({ tokens: logs.length, negativeLogLikelihood, divergence: null });
    }
    return {
      scores: { text: context.text, textSha256: sha256(text), chunkSize: CHUNK_SIZE, chunks },
    };
  },
};
