import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { BadFileError, type ModelForm, parseJson, unreadable } from "@quantlab/core";
import { descriptionOf } from "../artifacts/descriptions.ts";

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

/** The folder's config.json, or null where there is none; a BadFileError for one that is no object of JSON. */
export function readFolderConfig(folder: string): FolderConfig | null {
  return readObject(path.join(folder, "config.json")) as FolderConfig | null;
}

/** The folder's chat template, from a file of its own or the tokenizer's settings; null where there is none. */
export function readChatTemplate(folder: string): string | null {
  const own = path.join(folder, "chat_template.jinja");
  if (existsSync(own)) return readFileSync(own, "utf8");
  const settings = readObject(path.join(folder, "tokenizer_config.json")) as {
    chat_template?: unknown;
  } | null;
  return typeof settings?.chat_template === "string" ? settings.chat_template : null;
}

const remedy = "get it again from its source";

function readObject(file: string): object | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? "")) return null;
    throw unreadable(file, cause);
  }
  const value = parseJson(text, file, remedy);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new BadFileError(file, "is not an object of JSON", remedy);
  return value;
}

/**
 * Weights that MLX packed make a folder an MLX one, and so does the history that the lab wrote beside it; every other is
 * taken for a Hugging Face folder.
 */
export function ownForm(folder: string): ModelForm {
  if (packedName(readFolderConfig(folder)) !== null) return "mlx";
  const described = readObject(descriptionOf(folder)) as {
    readonly ref?: { readonly form?: unknown };
  } | null;
  return described?.ref?.form === "mlx" ? "mlx" : "hf";
}

/** "mlx-4bit-g64" for a folder that MLX packed, or null. */
export function packedName(config: FolderConfig | null): string | null {
  const { bits, group_size: group } = config?.quantization ?? {};
  return bits && group ? `mlx-${bits}bit-g${group}` : null;
}
