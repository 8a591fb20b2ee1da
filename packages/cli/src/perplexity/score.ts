import { monotonicMs } from "@quantlab/core";
import { type ChunkTokens, chunkedText, scoreTokens, type TokenComparisons } from "@quantlab/scoring";
import { divergenceStatistics, tokenPerplexity } from "@quantlab/shared-metrics";
import type { ChunkNote, PerplexityJob, PerplexityResult } from "./messages.ts";
import { openScoring } from "./scoring-session.ts";

const never = new AbortController().signal;

/** Loads the models and scores the text in both at once. */
export async function scorePerplexity(
  job: PerplexityJob,
  note: (note: ChunkNote) => void,
): Promise<PerplexityResult> {
  const loadStartedAtMs = monotonicMs();
  const { backendOptions } = job;
  const beside = job.reference !== null;
  await using session = await openScoring(job.model, { backendOptions, beside });
  await using reference = job.reference ? await openScoring(job.reference, { backendOptions, beside }) : null;
  const loadMs = monotonicMs() - loadStartedAtMs;

  const scoreStartedAtMs = monotonicMs();
  const { chunkSize } = job;
  const most = job.chunks ?? Number.POSITIVE_INFINITY;
  const text = await chunkedText(reference ?? session, job.file, { chunkSize, most });
  const scored: ChunkTokens[] = [];
  let [loss, tokens] = [0, 0];
  for await (const chunk of scoreTokens(session, reference, text, never)) {
    scored.push(chunk);
    for (const log of chunk.logProbability) loss -= log;
    tokens += chunk.logProbability.length;
    note({ done: scored.length, chunks: text.chunks.length, perplexity: Math.exp(loss / tokens) });
  }
  const logs = scored.map(({ logProbability }) => logProbability);
  const perplexity = tokenPerplexity(joined(new Float64Array(tokens), logs));
  const scoredBytes = scored.reduce((sum, { bytes }) => sum + bytes, 0);
  const bitsPerNat = tokens / (Math.LN2 * scoredBytes);
  return {
    textSha256: text.textSha256,
    textTokens: text.ids.length,
    chunks: scored.length,
    scoredTokens: tokens,
    scoredBytes,
    perplexity,
    bitsPerByte: {
      value: (loss / tokens) * bitsPerNat,
      error: (perplexity.error / perplexity.value) * bitsPerNat,
    },
    divergence: reference ? divergenceStatistics(allCompared(scored, tokens)) : null,
    engine: session.engine,
    referenceEngine: reference?.engine ?? null,
    loadMs,
    scoreMs: monotonicMs() - scoreStartedAtMs,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function allCompared(chunks: readonly ChunkTokens[], tokens: number): Omit<TokenComparisons, "top"> {
  const compared = chunks.map((chunk) => chunk.compared!);
  const all = (name: "logProbability" | "referenceLogProbability" | "kld" | "kldWithCut") => {
    const parts = compared.map((chunk) => chunk[name]);
    return joined(new Float64Array(tokens), parts);
  };
  const sameTops = compared.map(({ sameTop }) => sameTop);
  return {
    logProbability: all("logProbability"),
    referenceLogProbability: all("referenceLogProbability"),
    kld: all("kld"),
    kldWithCut: all("kldWithCut"),
    sameTop: joined(new Uint8Array(tokens), sameTops),
  };
}

/** Fills a list with parts one behind the other; it is as long as all of them. */
function joined<List extends Float64Array | Uint8Array>(whole: List, parts: readonly List[]): List {
  let length = 0;
  for (const part of parts) {
    whole.set(part, length);
    length += part.length;
  }
  return whole;
}
