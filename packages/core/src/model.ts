import type { Json } from "./json.ts";

/** How weights are stored: one llama.cpp file, a Hugging Face folder, an MLX folder; or that a server holds them. */
export type ModelForm = "gguf" | "hf" | "mlx" | "endpoint";

/**
 * A name that `parseQuantization` reads: "Q4_K_M", "F16+imatrix+ffn=Q4_K" for GGUF, "float32", "bnb-nf4" for
 * Transformers, "mlx-4bit-g64" for MLX, "as-is" for what a file or folder is.
 */
export type Quantization = string;

/**
 * Written as `<id>[:<quantization>]`: "sprout:Q4_K_M", "qwen2.5-0.5b-instruct:Q5_K_M",
 * "synthetic/qwen2.5-0.5b:Q4_K_M", "./my-model.gguf", "./my-hf-folder". What a server holds is written as its address:
 * "http://127.0.0.1:8080/v1", with "#<name>" behind it where it serves several models.
 */
export interface ModelRef {
  readonly id: string;
  readonly form: ModelForm;
  readonly quantization: Quantization;
}

/** One link of a file's history: download, convert, calibrate, quantize, merge. */
export interface ProvenanceStep {
  readonly step: string;
  readonly tool: string;
  readonly version: string;
  readonly settings: Json;
  readonly inputSha256: string | null;
}

/**
 * A model on disk, ready to load. `provenance` goes back to the source, oldest step first. Of one that a server holds the path
 * is its address, and nothing else is known: it stands in no document.
 */
export interface ModelFile {
  readonly ref: ModelRef;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly parameters: number;
  readonly bitsPerWeight: number;
  /** True when the weights are random: speed and memory mean something, quality does not. */
  readonly synthetic: boolean;
  readonly provenance: readonly ProvenanceStep[];
}

/**
 * "Q4_1", where a model's full weights were restored from a file so quantized: what that cost is in no figure that is held
 * against them. Null where they are the weights that were trained.
 */
export function restoredFrom({ provenance }: Pick<ModelFile, "provenance">): string | null {
  const step = provenance.find((each) => each.step === "restore");
  return step ? String((step.settings as { readonly from?: Json }).from) : null;
}

/** What a long preparation step tells its listener; `total` is null when nobody knows it. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: "bytes" | "tensors" | "steps" | "seconds";
}

export interface ResolveOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** A model that an arm names. Nothing is read, fetched or derived before `resolve`. */
export interface ModelSource {
  readonly ref: ModelRef;
  /** Finds, downloads or derives the file and verifies it. Concurrent callers share one result. */
  resolve(options?: ResolveOptions): Promise<ModelFile>;
  /** The same quantization of another model, for `--model`: a reference or the path of an F16 GGUF. */
  of(reference: string): ModelSource;
}

/** "sprout:Q4_K_M", as people write it. */
export function formatModelRef(ref: ModelRef): string {
  return `${ref.id}:${ref.quantization}`;
}

/** A file name for a model id: "synthetic/qwen2.5-0.5b" becomes "synthetic-qwen2.5-0.5b". */
export function modelSlug(id: string): string {
  return id.replace(/^[./\\]+/, "").replace(/[^A-Za-z0-9._-]+/g, "-");
}
