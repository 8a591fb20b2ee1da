import type { LogLine } from "./log.ts";

/** "load_tensors:   CPU_REPACK model buffer size =     1.55 MiB". No C function tells these. */
export function weightBuffers(lines: readonly LogLine[]): Record<string, number> {
  const buffers: Record<string, number> = {};
  for (const { text } of lines) {
    const [, kind, mebibytes] = /(\S+) model buffer size = +([\d.]+) MiB/.exec(text) ?? [];
    if (kind) buffers[kind] = (buffers[kind] ?? 0) + Math.round(Number(mebibytes) * 2 ** 20);
  }
  return buffers;
}
