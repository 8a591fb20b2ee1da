import type { Timed } from "./timed.ts";

export const sides = ["lab", "peer"] as const;
export type Side = (typeof sides)[number];

export type Task = "perplexity" | "divergence" | "quantize" | "importance";

/** The same work by the lab and by llama.cpp's own tool. */
export interface Contest {
  readonly task: Task;
  /** "Q4_K_M", "IQ2_XS+imatrix"; what importance is of. */
  readonly of: string;
  /** Blocks of each side in a round; 0 for what is only held for equality: it runs once, in the first round. */
  readonly runsPerRound: number;
  /** One block in processes of its own; keeps what the finding needs of it. */
  run(side: Side, round: number): Promise<Pick<Timed, "ms" | "peakMemoryBytes">>;
}
