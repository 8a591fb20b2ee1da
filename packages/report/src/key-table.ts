import type { Result } from "@quantlab/core";
import { claimWord, hasFloors, sameText } from "./claims.ts";
import { code, inlineText, paragraphs, table } from "./markdown.ts";
import { barMetrics, displayOf, formatValue, headingOf, metricNames } from "./metric-display.ts";
import { armHeading } from "./metrics-table.ts";
import { formatRatio, listed } from "./numbers.ts";

/** More lines than these are no first look. */
const mostRows = 8;

/**
 * What a reader decides from: arms down, and across what is drawn and what a finding tells, each with its ratio to the
 * baseline. `shown` names the arms where there are more than eight; the first eight measured unless said.
 */
export function keyTable(result: Result, shown: readonly string[] = []): string {
  const measured = Object.keys(result.arms).filter((name) => result.arms[name]!.status === "measured");
  if (measured.length === 0) return "No arm was measured.";
  const wanted = shown.filter((name) => measured.includes(name));
  const arms = (wanted.length > 0 && measured.length > mostRows ? wanted : measured).slice(0, mostRows);
  const names = keyMetrics(result).filter((name) =>
    arms.some((arm) => shownValue(result, arm, name) !== null),
  );
  const rows = arms.map((arm) => [armHeading(result, arm), ...names.map((name) => cell(result, arm, name))]);
  const headings = names.map((name) =>
    headingOf(
      name,
      arms.map((arm) => result.arms[arm]!.metrics[name]),
    ).replace(/, /, ",<br>"),
  );
  return paragraphs(table(["", ...headings], rows), legend(result, arms, measured));
}

/** What is drawn as bars, and of everything else but speed what a finding tells, in the order of the report. */
function keyMetrics({ arms }: Result): string[] {
  const reported = metricNames(Object.values(arms));
  const drawn = barMetrics(reported);
  return reported.filter((name) => {
    const { told } = displayOf(name);
    return (
      drawn.includes(name) || (told !== undefined && told.headline !== "speed" && told.headline !== "prompt")
    );
  });
}

function cell(result: Result, arm: string, name: string): string {
  const value = shownValue(result, arm, name);
  if (value === null) return "—";
  const effect = result.effects[arm]?.[name];
  if (!effect) return value;
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  const doubt = effect.claim === "none" && interval ? `<br>${claimWord(name, effect)}` : "";
  return `${value}<br>${ratio}×${interval ? ` (${interval})` : ""}${doubt}`;
}

function shownValue(result: Result, arm: string, name: string): string | null {
  const metric = result.arms[arm]!.metrics[name];
  return metric ? formatValue(name, metric) : null;
}

function legend(result: Result, arms: readonly string[], measured: readonly string[]): string {
  const lost = Object.keys(result.arms).filter((name) => !measured.includes(name));
  const rivals = arms.some((arm) => result.arms[arm]!.against !== undefined);
  return [
    `Below a figure: its ratio to ${code(result.baseline)}${rivals ? " or the arm's own rival" : ""} with the 95% interval; “${sameText}” where all of that${hasFloors(result) ? " and the noise floor lie there" : " lies there, “no difference shown” where a 99% interval holds 1"}.`,
    arms.length < measured.length ? `${arms.length} of ${measured.length} arms; all are below.` : "",
    lost.length > 0 ? `Without figures, reasons below: ${inlineText(listed(lost))}.` : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}
