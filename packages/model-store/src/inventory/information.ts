import type { ModelFile, ModelRef } from "@quantlab/core";
import { type Gguf, type Metadata, metadataNumber, metadataText, readGguf } from "@quantlab/llama-capi";
import type { CatalogueEntry } from "../catalogue/entries.ts";
import { folderTensors } from "../forms/folder.ts";
import { readChatTemplate, readFolderConfig } from "../forms/folder-config.ts";
import { parseTarget } from "../references/reference.ts";
import { findTarget } from "../references/resolution.ts";
import { defaultStore, type Store } from "../store.ts";

/** Everything known of a model without fetching or making it. */
export interface ModelInfo {
  readonly ref: ModelRef;
  /** What the catalogue says; null for a file of the user's. */
  readonly catalogue: CatalogueEntry | null;
  /** The file with its hash and provenance, or null when it is not on disk. */
  readonly file: ModelFile | null;
  /** What the file or folder itself says; null when it is not on disk. */
  readonly header: ModelSummary | null;
}

export interface ModelSummary {
  readonly architecture: string | null;
  readonly name: string | null;
  /** Trained context in tokens. */
  readonly context: number | null;
  readonly layers: number | null;
  readonly hidden: number | null;
  readonly vocabulary: number | null;
  readonly chatTemplate: string | null;
  /** Number and bytes of the tensors of each type, largest share first. */
  readonly tensors: readonly { readonly type: string; readonly count: number; readonly bytes: number }[];
}

/** What is known of a model: "sprout:Q4_K_M", "./file.gguf". A file on disk is verified; nothing is made. */
export async function modelInfo(reference: string, store: Store = defaultStore): Promise<ModelInfo> {
  const target = parseTarget(store, reference);
  const file = await findTarget(store, target);
  const header =
    file && (file.ref.form === "gguf" ? summaryOf(readGguf(file.path)) : await folderSummary(file.path));
  return { ref: file?.ref ?? target.ref, catalogue: target.entry, file, header };
}

function summaryOf({ metadata, tensors }: Gguf): ModelSummary {
  const architecture = metadataText(metadata, "general.architecture");
  const number = (key: string) => metadataNumber(metadata, `${architecture}.${key}`);
  return {
    architecture,
    name: metadataText(metadata, "general.name"),
    context: number("context_length"),
    layers: number("block_count"),
    hidden: number("embedding_length"),
    vocabulary: number("vocab_size") ?? listLength(metadata, "tokenizer.ggml.tokens"),
    chatTemplate: metadataText(metadata, "tokenizer.chat_template"),
    tensors: byType(tensors.map(({ type, bytes }) => ({ type: type.name, bytes }))),
  };
}

function listLength(metadata: Metadata, key: string): number | null {
  const value = metadata.get(key);
  return typeof value === "object" ? value.length : null;
}

async function folderSummary(folder: string): Promise<ModelSummary> {
  const config = readFolderConfig(folder);
  const tensors = await folderTensors(folder);
  return {
    architecture: config?.model_type ?? null,
    name: config?.architectures?.[0] ?? null,
    context: config?.max_position_embeddings ?? null,
    layers: config?.num_hidden_layers ?? null,
    hidden: config?.hidden_size ?? null,
    vocabulary: config?.vocab_size ?? null,
    chatTemplate: readChatTemplate(folder),
    tensors: byType(tensors.map(({ dtype, bytes }) => ({ type: dtype, bytes }))),
  };
}

function byType(
  tensors: readonly { readonly type: string; readonly bytes: number }[],
): ModelSummary["tensors"] {
  const groups = Map.groupBy(tensors, ({ type }) => type);
  return [...groups]
    .map(([type, group]) => ({
      type,
      count: group.length,
      bytes: group.reduce((sum, tensor) => sum + tensor.bytes, 0),
    }))
    .sort((a, b) => b.bytes - a.bytes);
}
