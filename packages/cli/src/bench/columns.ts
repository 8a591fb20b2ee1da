import { formatNumber, formatRatio, formatWithInterval } from "@quantlab/report";
import { bandwidthUtilization } from "@quantlab/shared-metrics";
import { formatBytes, formatCount } from "@quantlab/terminal";
import { figureOf, peakMemoryOf } from "./fields.ts";
import { modelName, testName } from "./names.ts";
import type { BenchRow } from "./rows.ts";
import { settings, settingText } from "./settings.ts";

/** A column of the tables that people read. */
export interface Column {
  readonly heading: string;
  readonly isNumber: boolean;
  readonly cell: (row: BenchRow) => string;
}

const column = (heading: string, isNumber: boolean, cell: Column["cell"]): Column => ({
  heading,
  isNumber,
  cell,
});

const nothing = "—";

/** Of a speed: intervals of a percent are to be seen. */
const digits = 4;

/** The columns that these rows need: a setting has one where it was given, the engine where there are several. */
export function columnsOf(rows: readonly BenchRow[]): Column[] {
  const engines = new Set(rows.map(({ arm }) => arm.combination.engine.id));
  const typed = settings.flatMap(({ label }, place) => {
    const given = rows.some(({ arm }) => arm.combination.values[place] !== null);
    return given ? [column(label, true, ({ arm }) => settingText(arm.combination.values[place]!))] : [];
  });
  const threads = typed.some(({ heading }) => heading === "t")
    ? []
    : [column("t", true, ({ engine }) => String(engine.threads ?? nothing))];
  return [
    column("model", false, ({ arm }) => modelName(arm.combination)),
    column("size", true, ({ model }) => (model ? formatBytes(model.bytes) : nothing)),
    column("params", true, ({ model }) => (model ? formatCount(model.parameters) : nothing)),
    ...(engines.size > 1 ? [column("engine", false, ({ arm }) => arm.combination.engine.name)] : []),
    ...typed,
    ...threads,
    column("test", false, ({ arm }) => testName(arm.combination.test)),
    column("tok/s (95%)", true, ({ speed }) => formatWithInterval(speed.value, speed.ci95, digits)),
    column("against the first", true, ratioCell),
    column("peak memory", true, (row) => {
      const bytes = peakMemoryOf(row);
      return bytes === null ? nothing : formatBytes(bytes);
    }),
    column("of copy traffic", true, ({ result }) => {
      const share = figureOf(result.metrics[bandwidthUtilization.name]);
      return share === null ? nothing : `${formatNumber(share * 100)}%`;
    }),
    column("blocks", true, ({ speed }) => String(speed.values.length)),
  ];
}

/** "1.21× (1.18–1.25) faster". */
function ratioCell({ against, arm }: BenchRow): string {
  if (against === null) return "first";
  if (against.effect === null) return nothing;
  const { effect } = against;
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  const { more, less } = arm.speed.display;
  const claim = { more, less, none: "no difference shown" }[effect.claim];
  return `${ratio}×${interval ? ` (${interval})` : ""} ${claim}`;
}
