/** "sprout:mlx-4bit-g64" as id and quantization of what MLX reads; null for everything else. */
export function mlxReference(typed: string): { readonly id: string; readonly quantization: string } | null {
  const [, id, quantization] = /^(.+):(mlx-[^:/]+)$/.exec(typed) ?? [];
  return id && quantization ? { id, quantization } : null;
}
