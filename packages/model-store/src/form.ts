import type { ModelFile, ModelForm, ModelRef, ProvenanceStep, ResolveOptions } from "@quantlab/core";

/** A model that the lab makes itself, and how. In GGUF form it is a file, in the other forms a folder. */
export interface Recipe {
  readonly ref: ModelRef;
  /** Digest of everything that decides the model's bytes. */
  readonly key: string;
  readonly provenance: readonly ProvenanceStep[];
  /** Random weights; a GGUF file says so itself. */
  readonly synthetic?: boolean;
  /** Writes the model to `temporary` (nothing lies there); returns a file's sha256 when that is known from writing. */
  make(temporary: string, options: ResolveOptions): Promise<string | null>;
}

/** A form of weights that an engine's package makes: of a Hugging Face folder, or "hf" itself of a quantized GGUF file. */
export interface Form {
  readonly form: ModelForm;
  recipe(request: FormRequest): Promise<Recipe>;
}

export interface FormRequest {
  /** Of the form's own; its quantization is as `formatQuantization` writes it. */
  readonly ref: ModelRef;
  /** Finds or fetches what it is made of; what can be refused without it is refused before. */
  source(): Promise<ModelFile>;
  /** Absolute path of a text to learn from; null where none was given. */
  readonly calibration: string | null;
}
