import type { Gguf } from "../gguf/index.ts";
import { metadataNumber } from "../gguf/metadata.ts";

/**
 * Bytes of the weights that decoding one token reads, by type: every tensor but the table of embeddings, of which it reads a
 * row, unless that is the output matrix, too; of experts those that are asked.
 */
export function weightsRead({
  tensors,
  metadata,
}: Pick<Gguf, "tensors" | "metadata">): Record<string, number> {
  const tied = !tensors.some(({ name }) => name === "output.weight");
  const architecture = metadata.get("general.architecture");
  const experts = (key: string) => metadataNumber(metadata, `${architecture}.${key}`) ?? 0;
  const asked = experts("expert_count") > 0 ? experts("expert_used_count") / experts("expert_count") : 1;
  const read: Record<string, number> = {};
  for (const { name, type, bytes } of tensors) {
    if (name === "token_embd.weight" && !tied) continue;
    read[type.name] = (read[type.name] ?? 0) + bytes * (/_exps\./.test(name) ? asked : 1);
  }
  return read;
}
