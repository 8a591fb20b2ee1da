import { type ComparedMetric, type HeldBound, type MetricHandle, UnknownNameError } from "@quantlab/core";
import { formatRatio } from "@quantlab/report";
import { heldAgainst, metricNamed, metrics, pairsToPass } from "@quantlab/shared-metrics";
import { blocksBehind, moreBlocks } from "./more-blocks.ts";
import type { CompareOptions } from "./options.ts";

/** What must not be shown of a metric. */
export type Limit = Pick<HeldBound, "metric" | "fails" | "bound">;

/** What was typed, by the metrics' own names. Throws an UnknownNameError for what no metric is called. */
export function limitsFrom({ failBelow = [], failAbove = [] }: CompareOptions): Limit[] {
  const limit =
    (fails: Limit["fails"]) =>
    ({ metric, bound }: { readonly metric: string; readonly bound: number }): Limit => ({
      metric: metricCalled(metric).name,
      fails,
      bound,
    });
  return [...failBelow.map(limit("below")), ...failAbove.map(limit("above"))];
}

/** "decode" of "decodeTps": a metric's name without its unit. */
const shortName = ({ name }: MetricHandle) => name.replace(/(Tps|Ms|Bytes|Percent)$/, "");

/** The metric of this name, in full or short, or of this noun ("decode speed"), whatever the case. */
function metricCalled(typed: string): MetricHandle {
  const called = (metric: MetricHandle) => [metric.name, shortName(metric), metric.display.noun];
  const match = metrics.find((metric) =>
    called(metric).some((name) => name.toLowerCase() === typed.toLowerCase()),
  );
  if (match) return match;
  throw new UnknownNameError("metric", typed, metrics.map(shortName));
}

/**
 * Holds a comparison against a limit. It fails where the whole interval lies beyond, so that noise alone fails nobody's
 * build, and where there is no ratio, so that nobody's passes for want of one.
 */
export function heldBound({ metric, fails, bound }: Limit, compared: ComparedMetric | undefined): HeldBound {
  const held = { metric, fails, bound };
  const { noun } = metricNamed(metric).display;
  if (!compared?.effect) {
    const reason = compared?.words ?? "neither has a figure of it";
    return { ...held, outcome: "failed", words: `${noun} cannot be held against ${bound}: ${reason}` };
  }
  const { effect } = compared;
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  const found = `${noun} is ${ratio}×${interval ? ` (${interval})` : ""}`;
  const outcome = heldAgainst(effect, bound, fails);
  if (outcome === "failed") return { ...held, outcome, words: `${found}, ${fails} ${bound}` };
  if (outcome === "passed") return { ...held, outcome, words: `${found}, not ${fails} ${bound}` };
  const blocks = blocksBehind(metric, compared);
  const more = blocks === null ? "" : `: ${moreBlocks(pairsToPass(effect, blocks, bound))}`;
  return { ...held, outcome, words: `${found}, which may be ${fails} ${bound} or not${more}` };
}
