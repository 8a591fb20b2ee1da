import { formatModelRef } from "@quantlab/core";
import type { Estimate } from "@quantlab/shared-metrics";
import { formatTable } from "../frame/table.ts";
import type { PerplexityJob, PerplexityResult } from "./messages.ts";

/** The figures as people read them, in the units of llama-perplexity. */
export function reportText(job: PerplexityJob, result: PerplexityResult): string {
  const { chunks, scoredTokens, divergence } = result;
  const seconds = (result.scoreMs / 1000).toFixed(1);
  const scored = `${scoredTokens} tokens of ${chunks} chunks of ${job.chunkSize}, in ${seconds} s\n`;
  const rows = [
    ["perplexity", withError(result.perplexity, 4)],
    ["bits per byte", withError(result.bitsPerByte, 4)],
  ];
  if (!divergence || !job.reference) return formatTable([formatModelRef(job.model.ref), ""], rows) + scored;
  const { kld, kldWithCut } = divergence;
  const both = (of: (spread: typeof kld) => string) => [of(kld), of(kldWithCut)];
  return [
    formatTable(
      [`${formatModelRef(job.model.ref)} against ${formatModelRef(job.reference.ref)}`, ""],
      [
        ...rows,
        ["perplexity of the reference", withError(divergence.referencePerplexity, 4)],
        ["ln of their ratio", withError(divergence.lnPerplexityRatio, 5)],
        ["same top token, %", withError(percent(divergence.topTokenAgreement), 3)],
        ["mean Δp, %", withError(percent(divergence.meanDeltaP), 3)],
        ["RMS Δp, %", withError(percent(divergence.rmsDeltaP), 3)],
      ],
    ),
    "\n",
    formatTable(
      ["divergence, nats", "of all tokens", "of p_ref > e^-16"],
      [
        ["mean", ...both(({ mean }) => withError(mean, 6))],
        ["median", ...both(({ median }) => median.toFixed(6))],
        ["90%", ...both(({ p90 }) => p90.toFixed(6))],
        ["95%", ...both(({ p95 }) => p95.toFixed(6))],
        ["99%", ...both(({ p99 }) => p99.toFixed(6))],
        ["99.9%", ...both(({ p999 }) => p999.toFixed(6))],
        ["largest", ...both(({ max }) => max.toFixed(6))],
        ["smallest", ...both(({ min }) => min.toFixed(6))],
      ],
    ),
    scored,
  ].join("");
}

const percent = ({ value, error }: Estimate): Estimate => ({ value: value * 100, error: error * 100 });

function withError({ value, error }: Estimate, digits: number): string {
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`;
}
