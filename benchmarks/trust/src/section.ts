import { table } from "@quantlab/report";
import { metricNamed } from "@quantlab/shared-metrics";
import type { Summary } from "./summary.ts";
import { margin, type Tally } from "./tally.ts";

/** The README's results: a part for each host and model. */
export function section(summaries: readonly Summary[]): string {
  return ["## Results", ...summaries.flatMap(part)].join("\n\n");
}

function part({ host, model, lab, startedAt, finishedAt, runs, verdicts, tallies }: Summary): string[] {
  const states = Object.entries(verdicts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  const days = [...new Set([startedAt, finishedAt].map((time) => time.slice(0, 10)))].join(" to ");
  return [
    `### \`${model}\` on ${host.cpu}, ${host.cores} cores`,
    `${runs} ${runs === 1 ? "run" : "runs"} (${states.join(", ")}), ${days}, lab ${lab}.`,
    ...Object.entries(tallies).flatMap(([blocks, ofMetrics]) => [
      `**${blocks} blocks an arm**`,
      talliesTable(Object.fromEntries(Object.entries(ofMetrics).map(([name, of]) => [headingOf(name), of]))),
    ]),
  ];
}

const headingOf = (metric: string) => metricNamed(metric).display.heading;

const headings = [
  "",
  "Equal pairs",
  "False alarms",
  "2% slower found",
  "5%",
  "10%",
  "A thread fewer",
  "Claims on the wrong side",
  "Held by the 95% interval: equal",
  "Slowed",
  `Same within ${margin * 100}%: equal`,
  "4% slower or more",
];

/** A row for each that was tallied, by its heading. */
export function talliesTable(rows: Readonly<Record<string, readonly Tally[]>>): string {
  return table(
    headings,
    Object.entries(rows).map(([heading, tallies]) => [heading, ...cells(tallies)]),
  );
}

function cells(tallies: readonly Tally[]): string[] {
  const of = (wanted: (slowdown: number | null) => boolean) =>
    tallies.filter(({ slowdown }) => wanted(slowdown));
  const at = (size: number | null) => of((slowdown) => slowdown === size);
  const slowed = of((slowdown) => slowdown !== 0 && slowdown !== null);
  const far = of((slowdown) => slowdown === null || slowdown >= 0.04);
  return [
    `${sum(at(0), "pairs")}`,
    share(at(0), "claimed", "pairs"),
    ...[0.02, 0.05, 0.1, null].map((size) => share(at(size), "claimed", "pairs")),
    share(slowed, "wrong", "pairs"),
    share(at(0), "covered", "known"),
    share(slowed, "covered", "known"),
    share(at(0), "same", "pairs"),
    share(far, "same", "pairs"),
  ];
}

type Count = Exclude<keyof Tally, "slowdown">;

const sum = (tallies: readonly Tally[], count: Count) =>
  tallies.reduce((total, tally) => total + tally[count], 0);

/** "4.2%", and a dash where nothing was counted. */
function share(tallies: readonly Tally[], count: Count, among: Count): string {
  const of = sum(tallies, among);
  return of === 0 ? "—" : `${((sum(tallies, count) / of) * 100).toFixed(1)}%`;
}
