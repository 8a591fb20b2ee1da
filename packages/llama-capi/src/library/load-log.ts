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

/**
 * Bytes that a model and a context hold on devices: weights, keys and values, and what is computed in. Pinned memory of
 * the machine ("CUDA_Host") is none of theirs.
 */
export function deviceBytes(lines: readonly string[]): number {
  const held = new Map<string, number>();
  for (const line of lines) {
    const [, kind, what, mebibytes] =
      /(\S+) +(model|KV|RS|compute|output) buffer size = +([\d.]+) MiB/.exec(line) ?? [];
    if (!kind || /^(CPU|BLAS|AMX)|_Host$/.test(kind)) continue;
    const bytes = Math.round(Number(mebibytes) * 2 ** 20);
    // Several of a model's buffers and caches are of one kind; what is computed in is told again when it is laid out anew.
    const before = what === "compute" ? 0 : (held.get(`${kind} ${what}`) ?? 0);
    held.set(`${kind} ${what}`, before + bytes);
  }
  return [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** What "auto" came to: "Flash Attention enabled" or "... not supported", else "flash_attn = enabled"; null where neither is said. */
export function flashAttentionUsed(lines: readonly string[]): boolean | null {
  const probed = lines.findLast((line) => /Flash Attention (enabled|not supported)/.test(line));
  if (probed) return probed.endsWith("enabled");
  const said = lines.map((line) => /flash_attn += (enabled|disabled)/.exec(line)?.[1]).find(Boolean);
  return said ? said === "enabled" : null;
}
