import type { ProvenanceStep } from "@quantlab/core";

/** `models/catalogue.json`: every model that the lab knows by name. */
export interface Catalogue {
  readonly schemaVersion: 1;
  readonly models: readonly CatalogueEntry[];
}

export type CatalogueEntry = ShippedEntry | PublishedEntry | SyntheticEntry;

interface EntryFacts {
  /** "sprout", "qwen2.5-0.5b-instruct", "synthetic/mistral-7b". */
  readonly id: string;
  readonly title: string;
  /** Elements of all tensors; null when the publisher gives no exact figure. */
  readonly parameters: number | null;
  /** SPDX identifier, or the licence's own name. */
  readonly license: string;
  readonly chatTemplate: ChatTemplateKind;
  /** Trained context in tokens. */
  readonly context: number;
}

export type ChatTemplateKind = "chatml" | "mistral" | "llama3" | "gemma" | "phi" | "zephyr" | "none";

/** A model whose files are in this repository. */
export interface ShippedEntry extends EntryFacts {
  readonly kind: "shipped";
  /** Folder of the files and of their SHA256SUMS, from the root of the repository. */
  readonly folder: string;
  /** GGUF files in that folder, by quantization. */
  readonly gguf: Readonly<Record<string, string>>;
  /** Folder of the Hugging Face form in that folder, by data type. */
  readonly hf: Readonly<Record<string, string>>;
  /** How the GGUF came to be, oldest step first; `inputFile` names the file whose sha256 becomes `inputSha256`. */
  readonly provenance: readonly ShippedStep[];
}

export interface ShippedStep extends Omit<ProvenanceStep, "inputSha256"> {
  readonly inputFile: string | null;
}

/** A model on the hub, or where that cannot be reached, in a package index. */
export interface PublishedEntry extends EntryFacts {
  readonly kind: "published";
  /** The Hugging Face form is given only to a token whose owner accepted the licence on the hub. */
  readonly gated: boolean;
  /** Repositories of GGUF files, preferred first. */
  readonly gguf: readonly GgufRepository[];
  /** Repositories in Hugging Face form, by data type. */
  readonly hf: Readonly<Record<string, string>>;
  /** Repositories in MLX form, by quantization. */
  readonly mlx: Readonly<Record<string, string>>;
  readonly packaged?: PackagedGguf;
  /** What its files are planned from while they are out of reach; absent where it is no plain decoder. */
  readonly shape?: Shape;
}

/** The same model as one GGUF file inside a package of a package index, which may be mirrored where the hub is not. */
export interface PackagedGguf {
  readonly distribution: string;
  readonly version: string;
  /** The file's path in the installed package. */
  readonly file: string;
  readonly quantization: string;
  readonly sha256: string;
}

export interface GgufRepository {
  readonly repository: string;
  /** Its quantized files were made with an importance matrix, which the files made here are not. */
  readonly importanceMatrix: boolean;
  /** File names by quantization. */
  readonly files: Readonly<Record<string, string>>;
}

/** Random weights in a real model's shape, made on demand. */
export interface SyntheticEntry extends EntryFacts {
  readonly kind: "synthetic";
  readonly shape: Shape;
  readonly seed: number;
  /**
   * "derived": quantized files are made from F16 by llama.cpp's quantizer. "direct": they are written as random
   * blocks, for shapes whose F16 file would not fit many disks.
   */
  readonly quantized: "derived" | "direct";
}

/** The dimensions of a decoder-only transformer; lengths in elements, context in tokens. */
export interface Shape {
  /** "qwen3" norms queries and keys. */
  readonly architecture: "qwen2" | "qwen3" | "llama";
  readonly layers: number;
  readonly hidden: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  /** Where it is not hidden / heads. */
  readonly headSize?: number;
  readonly vocabulary: number;
  readonly context: number;
  readonly ropeBase: number;
  readonly normEpsilon: number;
  /** The output matrix is the embedding matrix. */
  readonly tiedEmbeddings: boolean;
  /** Query, key and value projections add a bias. */
  readonly attentionBias: boolean;
}
