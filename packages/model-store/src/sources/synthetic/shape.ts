import { type PlannedTensor, planTensor, tensorType } from "@quantlab/llama-capi";
import type { Shape } from "../../catalogue/entries.ts";

/** What a tensor is for: it decides values and, for matrices, the type in a quantization mix. */
export type Role = "norm" | "bias" | "embedding" | "output" | "q" | "k" | "v" | "o" | "gate" | "up" | "down";

export interface ShapeTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: Role;
  readonly layer: number;
}

export const headSizeOf = ({ hidden, heads, headSize = hidden / heads }: Shape): number => headSize;

/** Every tensor of the shape under llama.cpp's names, in the order of its converter. */
function tensorsOf(shape: Shape): readonly ShapeTensor[] {
  const { hidden, feedForward, vocabulary } = shape;
  const headSize = headSizeOf(shape);
  const [query, keyValue] = [headSize * shape.heads, headSize * shape.keyValueHeads];
  const tensors: ShapeTensor[] = [];
  const add = (name: string, dimensions: readonly number[], role: Role, layer = 0) =>
    tensors.push({ name, shape: dimensions, role, layer });
  add("token_embd.weight", [hidden, vocabulary], "embedding");
  for (let layer = 0; layer < shape.layers; layer++) {
    const block = (part: string, dimensions: readonly number[], role: Role) =>
      add(`blk.${layer}.${part}`, dimensions, role, layer);
    block("attn_norm.weight", [hidden], "norm");
    block("attn_q.weight", [hidden, query], "q");
    block("attn_k.weight", [hidden, keyValue], "k");
    block("attn_v.weight", [hidden, keyValue], "v");
    if (shape.attentionBias) {
      block("attn_q.bias", [query], "bias");
      block("attn_k.bias", [keyValue], "bias");
      block("attn_v.bias", [keyValue], "bias");
    }
    if (shape.architecture === "qwen3") {
      block("attn_q_norm.weight", [headSize], "norm");
      block("attn_k_norm.weight", [headSize], "norm");
    }
    block("attn_output.weight", [query, hidden], "o");
    block("ffn_norm.weight", [hidden], "norm");
    block("ffn_gate.weight", [hidden, feedForward], "gate");
    block("ffn_up.weight", [hidden, feedForward], "up");
    block("ffn_down.weight", [feedForward, hidden], "down");
  }
  add("output_norm.weight", [hidden], "norm");
  if (!shape.tiedEmbeddings) add("output.weight", [hidden, vocabulary], "output");
  return tensors;
}

/** The tensors with a type each; vectors stay F32, as llama.cpp keeps them. */
export function planOf(shape: Shape, typeOf: (tensor: ShapeTensor) => string): readonly PlannedTensor[] {
  return tensorsOf(shape).map((tensor) =>
    planTensor(tensor.name, tensor.shape, tensorType(tensor.shape.length === 1 ? "F32" : typeOf(tensor))),
  );
}
