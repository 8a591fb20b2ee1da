import type { WritableValue } from "@quantlab/llama-capi";
import type { Shape } from "../../catalogue/entries.ts";

// By frequency in English, so that the commonest made-up pieces come first.
const letters = [..."etaoinshrdlcumwfgypbvkjxqz"];

/** ChatML, the template of the lab's own model as well. */
export const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** Models of the llama architecture with larger vocabularies join bytes. */
const mostSentencePieces = 32_768;

/**
 * A tokenizer with a full vocabulary of made-up pieces, so that loading, prompts and logits have real sizes:
 * letters join to pairs, pairs to pieces of three and four, commonest first, until the vocabulary is full. English
 * comes out at about three characters a token; everything else falls back to bytes.
 */
export function tokenizerOf(shape: Shape): Readonly<Record<string, WritableValue>> {
  const joinsBytes = shape.architecture !== "llama" || shape.vocabulary > mostSentencePieces;
  return joinsBytes ? bytePairs(shape.vocabulary) : sentencePieces(shape.vocabulary);
}

/** Two parts that join to a longer piece, `count` of them, none giving the same piece as another. */
function* joins(space: string, count: number): Generator<readonly [string, string]> {
  const squares = letters.flatMap((a, i) => letters.map((b, j) => ({ pair: [a, b] as const, rank: i + j })));
  squares.sort((x, y) => x.rank - y.rank);
  const plain = squares.map(({ pair }) => pair);
  const pairs = [
    ...letters.map((letter) => [space, letter] as const),
    ...plain,
    ...plain.map(([a, b]) => [a.toUpperCase(), b] as const),
  ];
  const lefts = pairs.map((pair) => pair.join(""));
  const rights = [...letters, ...plain.map((pair) => pair.join(""))];
  let made = 0;
  for (const pair of pairs) if (made++ < count) yield pair;
  for (let diagonal = 0; made < count; diagonal++) {
    for (let i = 0; i <= diagonal && made < count; i++) {
      const left = lefts[i];
      const right = rights[diagonal - i];
      if (left === undefined || right === undefined) continue;
      made++;
      yield [left, right];
    }
  }
}

const tokenKinds = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

/** A byte-level BPE vocabulary: bytes, then joined pieces, then the special tokens, ids in that order. */
export function bytePairVocabulary(vocabulary: number) {
  const controls = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] as const;
  const bytes = byteSymbols();
  const merges = [...joins(bytes[32]!, vocabulary - bytes.length - controls.length)];
  const pieces = [...bytes, ...merges.map((merge) => merge.join(""))];
  return { pieces, merges, controls };
}

function bytePairs(vocabulary: number): Readonly<Record<string, WritableValue>> {
  const { pieces, merges, controls } = bytePairVocabulary(vocabulary);
  const firstControl = pieces.length;
  return {
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "qwen2",
    "tokenizer.ggml.tokens": [...pieces, ...controls],
    "tokenizer.ggml.token_type": {
      i32s: [...pieces.map(() => tokenKinds.normal), ...controls.map(() => tokenKinds.control)],
    },
    "tokenizer.ggml.merges": merges.map((merge) => merge.join(" ")),
    "tokenizer.ggml.bos_token_id": { u32: firstControl },
    "tokenizer.ggml.padding_token_id": { u32: firstControl },
    "tokenizer.ggml.eos_token_id": { u32: firstControl + 2 },
    "tokenizer.ggml.add_bos_token": false,
    "tokenizer.chat_template": chatTemplate,
  };
}

/** The printable character that byte-level BPE vocabularies write for each byte. */
function byteSymbols(): readonly string[] {
  let next = 256;
  const printable = (byte: number) =>
    (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || (byte > 173 && byte < 256);
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

function sentencePieces(vocabulary: number): Readonly<Record<string, WritableValue>> {
  const space = "\u2581";
  const tokens: string[] = [];
  const kinds: number[] = [];
  const add = (kind: keyof typeof tokenKinds, ...pieces: string[]) => {
    for (const piece of pieces) {
      tokens.push(piece);
      kinds.push(tokenKinds[kind]);
    }
  };
  add("unknown", "<unk>");
  add("control", "<s>", "</s>", "<|im_start|>", "<|im_end|>");
  for (let byte = 0; byte < 256; byte++)
    add("byte", `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  add("normal", space);
  for (let code = 33; code < 127; code++) add("normal", String.fromCharCode(code));
  const firstJoin = tokens.length;
  for (const join of joins(space, vocabulary - firstJoin)) add("normal", join.join(""));
  return {
    "tokenizer.ggml.model": "llama",
    "tokenizer.ggml.pre": "default",
    "tokenizer.ggml.tokens": tokens,
    // The higher the score, the earlier two pieces are joined.
    "tokenizer.ggml.scores": { f32s: tokens.map((_, id) => (id < firstJoin ? -1e6 : firstJoin - 1 - id)) },
    "tokenizer.ggml.token_type": { i32s: kinds },
    "tokenizer.ggml.unknown_token_id": { u32: 0 },
    "tokenizer.ggml.bos_token_id": { u32: 1 },
    "tokenizer.ggml.eos_token_id": { u32: 2 },
    "tokenizer.ggml.eot_token_id": { u32: 4 },
    "tokenizer.ggml.add_bos_token": true,
    "tokenizer.chat_template": chatTemplate,
  };
}
