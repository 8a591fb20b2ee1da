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

/** Bytes of keys and values, wherever they lie: "llama_kv_cache:        CPU KV buffer size =    22.50 MiB". */
export function cacheBytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => {
    const mebibytes = / KV buffer size = +([\d.]+) MiB/.exec(line)?.[1] ?? 0;
    return sum + Math.round(Number(mebibytes) * 2 ** 20);
  }, 0);
}

/**
 * Whether keys, and values, are rotated before they are stored: "llama_kv_cache: attn_rot_k = 1, n_embd_head_k_all = 64".
 * Null where neither is said, as by a model that keeps none.
 */
export function cacheRotated(lines: readonly string[]): readonly [key: boolean, value: boolean] | null {
  const said = (which: "k" | "v") =>
    lines.map((line) => new RegExp(`attn_rot_${which} = (\\d)`).exec(line)?.[1]).find(Boolean);
  const [key, value] = [said("k"), said("v")];
  return key && value ? [key === "1", value === "1"] : null;
}

/** What "auto" came to: "Flash Attention enabled" or "... not supported", else "flash_attn = enabled"; null where neither is said. */
export function flashAttentionUsed(lines: readonly string[]): boolean | null {
  const probed = lines.findLast((line) => /Flash Attention (enabled|not supported)/.test(line));
  if (probed) return probed.endsWith("enabled");
  const said = lines.map((line) => /flash_attn += (enabled|disabled)/.exec(line)?.[1]).find(Boolean);
  return said ? said === "enabled" : null;
}
