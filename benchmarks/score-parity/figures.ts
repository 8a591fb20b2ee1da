import type { FigureSource } from "@quantlab/scenarios";

export type Figures = Readonly<Record<string, FigureSource>>;

const data = (name: string): FigureSource => ({ pointer: `/data/${name}` });

/** Where `lab perplexity --json` tells what llama-perplexity does; divergences with llama.cpp's cut. */
export const figuresOfLab = {
  perplexity: { perplexity: data("metrics/perplexity") },
  divergence: {
    perplexity: data("metrics/perplexity"),
    kldMean: data("withCut/metrics/kldMean"),
    topTokenAgreement: data("metrics/topTokenAgreement"),
  },
} satisfies Record<string, Figures>;

/** Where llama-perplexity prints them: "Final estimate: PPL = 1.5599 +/- 0.00872", "Mean    KLD:   0.000577 ±   0.000032". */
export const figuresOfPeer = {
  perplexity: { perplexity: { pattern: "Final estimate: PPL = ([\\d.]+)" } },
  divergence: {
    perplexity: { pattern: "^Mean PPL\\(Q\\) *: *([\\d.]+)" },
    kldMean: { pattern: "^Mean +KLD: *(-?[\\d.]+)" },
    topTokenAgreement: { pattern: "^Same top p: *([\\d.]+)", scale: 0.01 },
  },
} satisfies Record<string, Figures>;
