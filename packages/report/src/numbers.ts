/** An interval's two ends. */
export type Interval = readonly [low: number, high: number];

/** `value` rounded to `digits` significant digits, thousands separated: 56.08 → "56.1", 23456 → "23,500". */
export function formatNumber(value: number, digits = 3): string {
  return formatAt(value, placesFor(value, digits));
}

/** "1,024": a count, with every digit. */
export const formatWhole = (count: number): string => formatAt(count, 0);

/** "56.1 (55.2–57.0)": the ends are rounded where the value is. */
export function formatWithInterval(value: number, ci95: Interval | null, digits = 3): string {
  const places = placesFor(value, digits);
  const shown = formatAt(value, places);
  return ci95 ? `${shown} (${formatAt(ci95[0], places)}–${formatAt(ci95[1], places)})` : shown;
}

/**
 * A ratio and its interval with as many places as the interval's width can carry; more where an end that is not 1
 * would read as 1. Without an interval (null) when there is nothing uncertain about it.
 */
export function formatRatio(
  ratio: number,
  ci95: Interval,
): { readonly ratio: string; readonly interval: string | null } {
  const width = ci95[1] - ci95[0];
  if (width < 1e-6 * ratio) return { ratio: formatExact(ratio), interval: null };
  let places = Math.min(5, Math.max(2, Math.ceil(-Math.log10(width))));
  while (places < 5 && ci95.some((end) => end !== 1 && Number(end.toFixed(places)) === 1)) places++;
  return {
    ratio: formatAt(ratio, places),
    interval: `${formatAt(ci95[0], places)}–${formatAt(ci95[1], places)}`,
  };
}

/** |ln ratio| as the percentage it stands for: 0.0198 → "2.0". */
export function formatNoise(logRatio: number): string {
  return (Math.expm1(logRatio) * 100).toFixed(1);
}

/** "24.0 GiB". */
export function formatGib(bytes: number): string {
  return `${formatNumber(bytes / 2 ** 30)} GiB`;
}

/** "2026-11-21 09:12 UTC" from an ISO 8601 time. */
export function formatTime(iso: string): string {
  const utc = new Date(iso).toISOString();
  return `${utc.slice(0, 10)} ${utc.slice(11, 16)} UTC`;
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** "1 block", "6 blocks". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Decimal places (negative left of the point) that leave `digits` significant digits. */
function placesFor(value: number, digits: number): number {
  if (value === 0) return 0;
  const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  // 9.996 has one digit more once it is rounded.
  const rounded = Math.abs(Math.round(value * 10 ** places) / 10 ** places);
  return Math.min(9, digits - 1 - Math.floor(Math.log10(rounded)));
}

function formatExact(ratio: number): string {
  if (Math.abs(ratio - 1) < 1e-6) return "1";
  return formatAt(ratio, Math.abs(ratio - 1) < 0.005 ? 4 : 2);
}

function formatAt(value: number, places: number): string {
  const step = 10 ** -places;
  const rounded = places < 0 ? Math.round(value / step) * step : value;
  const written = rounded.toFixed(Math.max(0, places));
  // Nothing is left of it: "-0.000000000" would tell of a sign.
  if (Number(written) === 0) return "0";
  const [whole, fraction] = written.split(".");
  const separated = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction ? `${separated}.${fraction}` : separated;
}
