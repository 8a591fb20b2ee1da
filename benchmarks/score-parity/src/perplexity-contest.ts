import { EngineError } from "@quantlab/core";
import type { Contest } from "./contest.ts";
import { lab } from "./lab.ts";
import { labScore } from "./lab-score.ts";
import { parsePerplexity } from "./llama-perplexity.ts";
import { peer } from "./peer.ts";
import { runUntilTold } from "./run-until-told.ts";
import { chunkTokens, type ScoredType, type Setting } from "./setting.ts";

export interface PerplexityFinding {
  readonly type: ScoredType;
  readonly chunks: number;
  /** Both with the digits after the point that llama-perplexity prints. */
  readonly lab: string;
  readonly peer: string;
}

/** `lab perplexity` against `llama-perplexity`, one file and text. */
export function perplexityContest(
  type: ScoredType,
  setting: Setting,
): Contest & { finding(): PerplexityFinding } {
  const { files, text, threads, signal } = setting;
  const flags = ["-m", files[type]!.path, "-f", text, "-c", String(chunkTokens), "-t", String(threads)];
  const told: { lab?: ReturnType<typeof labScore>; peer?: ReturnType<typeof parsePerplexity> } = {};
  return {
    task: "perplexity",
    of: type,
    runsPerRound: 1,
    async run(side) {
      if (side === "lab") {
        const run = await lab(["perplexity", ...flags], signal);
        told.lab = labScore(run.data);
        return run;
      }
      const program = () => peer(setting, "llama-perplexity", flags);
      const { run, told: figures } = await runUntilTold(program, ({ said }) => parsePerplexity(said));
      told.peer = figures;
      return run;
    },
    finding() {
      const [ours, theirs] = [told.lab!, told.peer!];
      requireSameChunks(ours.chunks, theirs.chunks);
      const digits = theirs.text.split(".")[1]?.length ?? 0;
      return { type, chunks: theirs.chunks, lab: ours.perplexity.toFixed(digits), peer: theirs.text };
    },
  };
}

/** Figures over other tokens are no figures to compare. */
export function requireSameChunks(ours: number, theirs: number): void {
  if (ours === theirs) return;
  throw new EngineError("score-parity", `the lab scored ${ours} chunks, llama-perplexity ${theirs}`);
}
