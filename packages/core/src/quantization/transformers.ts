export const dataTypes = ["float32", "bfloat16", "float16"] as const;
export type DataType = (typeof dataTypes)[number];

export const bitsandbytesTypes = ["nf4", "fp4", "int8"] as const;
export type BitsandbytesType = (typeof bitsandbytesTypes)[number];

/** How Transformers holds the weights of a Hugging Face folder: in a data type, or packed by bitsandbytes on loading. */
export type TransformersQuantization =
  | { readonly form: "hf"; readonly dataType: DataType }
  | { readonly form: "hf"; readonly packed: BitsandbytesType };

/** Their names. All load from the same files. */
export const transformersQuantizations: readonly string[] = [
  ...dataTypes,
  ...bitsandbytesTypes.map((type) => `bnb-${type}`),
];

/** What a name ("float32", "bnb-nf4") says, whatever its case; null for every other name. */
export function parseTransformersQuantization(typed: string): TransformersQuantization | null {
  const name = typed.toLowerCase();
  const dataType = dataTypes.find((type) => type === name);
  if (dataType) return { form: "hf", dataType };
  const packed = bitsandbytesTypes.find((type) => `bnb-${type}` === name);
  return packed ? { form: "hf", packed } : null;
}

/** "float32", "bnb-nf4". */
export function formatTransformersQuantization(quantization: TransformersQuantization): string {
  return "packed" in quantization ? `bnb-${quantization.packed}` : quantization.dataType;
}
