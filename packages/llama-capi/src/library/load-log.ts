// What no function of llama.cpp tells, out of what it logs while it makes a model and a context.

/** Weight buffers in bytes by kind: "load_tensors:   CPU_REPACK model buffer size =     1.55 MiB". */
export function weightBuffers(lines: readonly string[]): Record<string, number> {
  const buffers: Record<string, number> = {};
  for (const line of lines) {
    const [, kind, mebibytes] = /(\S+) model buffer size = +([\d.]+) MiB/.exec(line) ?? [];
    if (kind) buffers[kind] = (buffers[kind] ?? 0) + Math.round(Number(mebibytes) * 2 ** 20);
  }
  return buffers;
}

/** What "auto" came to: "Flash Attention enabled" or "... not supported", else "flash_attn = enabled"; null where neither is said. */
export function flashAttentionUsed(lines: readonly string[]): boolean | null {
  const probed = lines.findLast((line) => /Flash Attention (enabled|not supported)/.test(line));
  if (probed) return probed.endsWith("enabled");
  const said = lines.map((line) => /flash_attn += (enabled|disabled)/.exec(line)?.[1]).find(Boolean);
  return said ? said === "enabled" : null;
}
