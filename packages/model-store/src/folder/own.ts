import { readFileSync } from "node:fs";
import path from "node:path";
import type { ModelForm } from "@quantlab/core";

/** What of a folder's config.json the store looks at. */
export interface FolderConfig {
  readonly architectures?: readonly string[];
  readonly model_type?: string;
  readonly num_hidden_layers?: number;
  readonly hidden_size?: number;
  readonly vocab_size?: number;
  readonly max_position_embeddings?: number;
  /** MLX's packing: one figure, and exceptions by layer. */
  readonly quantization?: Readonly<Record<string, unknown>> & {
    readonly bits?: number;
    readonly group_size?: number;
  };
  /** The lab's own mark on folders of random weights; converters carry it on. */
  readonly quantlab_synthetic?: boolean;
}

/** The folder's config.json, or null where there is none that is an object of JSON. */
export function readFolderConfig(folder: string): FolderConfig | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path.join(folder, "config.json"), "utf8"));
    return typeof value === "object" ? (value as FolderConfig | null) : null;
  } catch {
    return null;
  }
}

/** Weights that MLX packed make a folder an MLX one; every other is taken for a Hugging Face folder. */
export function ownForm(folder: string): ModelForm {
  return packedName(readFolderConfig(folder)) === null ? "hf" : "mlx";
}

/** "mlx-4bit-g64" for a folder that MLX packed, or null. */
export function packedName(config: FolderConfig | null): string | null {
  const { bits, group_size: group } = config?.quantization ?? {};
  return bits && group ? `mlx-${bits}bit-g${group}` : null;
}
