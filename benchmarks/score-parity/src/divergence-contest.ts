import path from "node:path";
import { type Agreement, compareStatistics } from "./agreement.ts";
import type { Contest } from "./contest.ts";
import { lab } from "./lab.ts";
import { type LabScore, labScore } from "./lab-score.ts";
import { parseDivergence, parsePerplexity } from "./llama-perplexity.ts";
import { type LogitFileNoise, readNoise } from "./logit-file.ts";
import { peer } from "./peer.ts";
import { requireSameChunks } from "./perplexity-contest.ts";
import { runUntilTold } from "./run-until-told.ts";
import { chunkTokens, type ScoredType, type Setting, scoredTypes } from "./setting.ts";
import type { Statistics } from "./statistics.ts";
import type { Timed } from "./timed.ts";

export interface DivergenceFinding {
  readonly type: ScoredType;
  readonly chunks: number;
  readonly noise: LogitFileNoise;
  readonly agreements: readonly Agreement[];
  /** The most that a run of the lab held, and what the two models have on disk. */
  readonly peakMemoryBytes: number | null;
  readonly modelBytes: number;
}

/** llama-perplexity's first pass: the reference's log-probabilities, made once a round for all types. */
export interface BasePass {
  of(round: number): Promise<{ readonly ms: number; readonly file: string; readonly chunks: number }>;
  noise(): Promise<LogitFileNoise>;
}

export function basePass(setting: Setting): BasePass {
  const { files, text, scratch, threads } = setting;
  const file = path.join(scratch, "base.logits");
  const flags = [
    "-m",
    files[scoredTypes[0]].path,
    "-f",
    text,
    "-c",
    String(chunkTokens),
    "-t",
    String(threads),
  ];
  const passes: { readonly ms: number; readonly file: string; readonly chunks: number }[] = [];
  let noise: Promise<LogitFileNoise> | undefined;
  return {
    async of(round) {
      const known = passes[round];
      if (known) return known;
      const { run, told } = await runUntilTold(
        () => peer(setting, "llama-perplexity", [...flags, "--kl-divergence-base", file]),
        ({ said }) => parsePerplexity(said),
      );
      const pass = { ms: run.ms, file, chunks: told.chunks };
      passes[round] = pass;
      return pass;
    },
    noise() {
      noise ??= readNoise(file);
      return noise;
    },
  };
}

/** `lab perplexity --reference` against llama-perplexity's two passes; the peer's time is that of both. */
export function divergenceContest(
  type: ScoredType,
  base: BasePass,
  setting: Setting,
): Contest & { finding(): Promise<DivergenceFinding> } {
  const { files, text, threads, signal } = setting;
  const file = files[type]!;
  const flags = ["-m", file.path, "-c", String(chunkTokens), "-t", String(threads)];
  const reference = files[scoredTypes[0]];
  const told: { lab?: LabScore; peer?: Statistics; chunks?: number } = {};
  let peakMemoryBytes: number | null = null;
  return {
    task: "divergence",
    of: type,
    runsPerRound: 1,
    async run(side, round): Promise<Pick<Timed, "ms" | "peakMemoryBytes">> {
      if (side === "lab") {
        const run = await lab(["perplexity", ...flags, "-f", text, "--reference", reference.path], signal);
        told.lab = labScore(run.data);
        if (run.peakMemoryBytes !== null)
          peakMemoryBytes = Math.max(peakMemoryBytes ?? 0, run.peakMemoryBytes);
        return run;
      }
      const pass = await base.of(round);
      const comparison = ["--kl-divergence", "--kl-divergence-base", pass.file];
      const { run, told: figures } = await runUntilTold(
        () => peer(setting, "llama-perplexity", [...flags, ...comparison]),
        ({ stdout }) => parseDivergence(stdout),
      );
      told.peer = figures;
      told.chunks = pass.chunks;
      return { ms: pass.ms + run.ms, peakMemoryBytes: run.peakMemoryBytes };
    },
    async finding() {
      requireSameChunks(told.lab!.chunks, told.chunks!);
      const noise = await base.noise();
      return {
        type,
        chunks: told.chunks!,
        noise,
        agreements: compareStatistics(told.lab!.statistics, told.peer!, noise),
        peakMemoryBytes,
        modelBytes: file.bytes + reference.bytes,
      };
    },
  };
}
