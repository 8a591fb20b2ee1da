import type { ModelSource } from "@quantlab/core";
import { parseModelReference } from "@quantlab/model-store";

/** The model that a person names; "sprout:mlx-4bit-g64" is one for MLX, converted when it is not there. */
export async function namedModel(typed: string): Promise<ModelSource> {
  const [, id, quantization] = /^(.+):(mlx-[^:/]+)$/.exec(typed) ?? [];
  if (!id || !quantization) return parseModelReference(typed);
  return (await import("@quantlab/mlx-bridge")).mlxModel(id, quantization);
}
