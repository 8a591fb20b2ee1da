import type { GenerateRequest } from "@quantlab/core";
import { numberBetween, wholeNumber } from "@quantlab/terminal";
import type { Command } from "commander";

/** How tokens are chosen, as commander hands the flags over. */
export interface SamplingOptions {
  readonly temp: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

/** Declares the flags of sampling; `temperature` holds unless said. */
export function declareSampling(command: Command, temperature: number): void {
  command
    .option(
      "--temp <value>",
      "temperature; 0 always takes the likeliest token",
      numberBetween("--temp", 0, 100),
      temperature,
    )
    .option("--top-k <count>", "sample from this many tokens; 0 from all", wholeNumber("--top-k", 0), 40)
    .option(
      "--top-p <share>",
      "sample from this share of the probability",
      numberBetween("--top-p", 0, 1),
      0.95,
    )
    .option("-s, --seed <number>", "seed of the sampling", wholeNumber("-s", 0), 42);
}

export function samplingFrom({ temp, topK, topP, seed }: SamplingOptions): GenerateRequest["sampling"] {
  return temp === 0 ? "greedy" : { temperature: temp, topK, topP, seed };
}
