/**
 * What `llama-perplexity --kl-divergence` tells, by the lab's names. `line` is its label there; `error` takes the
 * figure behind the ±. Percents become fractions; `digits` are those that it prints after the point.
 */
export const statistics = {
  perplexity: { line: "Mean PPL(Q)", digits: 6 },
  basePerplexity: { line: "Mean PPL(base)", digits: 6 },
  lnPerplexityRatio: { line: "Mean ln(PPL(Q)/PPL(base))", digits: 6 },
  lnPerplexityRatioError: { line: "Mean ln(PPL(Q)/PPL(base))", digits: 6, error: true },
  kldMean: { line: "Mean KLD", digits: 6 },
  kldMeanError: { line: "Mean KLD", digits: 6, error: true },
  kldMedian: { line: "Median KLD", digits: 6 },
  kldP90: { line: "90.0% KLD", digits: 6 },
  kldP95: { line: "95.0% KLD", digits: 6 },
  kldP99: { line: "99.0% KLD", digits: 6 },
  kldP999: { line: "99.9% KLD", digits: 6 },
  kldMax: { line: "Maximum KLD", digits: 6 },
  topTokenAgreement: { line: "Same top p", digits: 5 },
  rmsDeltaP: { line: "RMS Δp", digits: 5 },
} as const satisfies Record<string, Statistic>;

interface Statistic {
  readonly line: string;
  readonly digits: number;
  readonly error?: true;
}

export type StatisticName = keyof typeof statistics;
export const statisticNames = Object.keys(statistics) as StatisticName[];

/** Null where a side prints "nan": the error of a ratio that is 1 in every token is the root of a rounding error. */
export type Statistics = Readonly<Record<StatisticName, number | null>>;

/** How far a figure may lie from what it was printed from. */
export const halfDigit = (name: StatisticName): number => 0.5 * 10 ** -statistics[name].digits;
