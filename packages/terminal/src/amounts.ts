const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** 1536 as "1.5 KiB". */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${units[power]}`;
}

/** 494_032_768 as "494M": how people name the size of a model. */
export function formatCount(count: number): string {
  // Not 1e9: what rounds up to 1000 millions is a billion.
  const [divisor, unit] = count >= 999.5e6 ? [1e9, "B"] : count >= 999.5e3 ? [1e6, "M"] : [1e3, "K"];
  const value = count / divisor;
  return `${value.toFixed(value < 9.95 ? 1 : 0)}${unit}`;
}
