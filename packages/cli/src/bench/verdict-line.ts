import type { BenchFindings } from "./rows.ts";

/** "Verdict: noisy: other programs took …", with the machine that it is about. */
export function verdictLine({ result: { verdict, host } }: BenchFindings): string {
  const why = verdict.reasons.length > 0 ? `: ${verdict.reasons.join("; ")}` : "";
  return `${host.cpu}. Verdict: ${verdict.state}${why}`;
}
