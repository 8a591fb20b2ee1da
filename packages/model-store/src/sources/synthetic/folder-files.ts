import type { Json } from "@quantlab/core";
import type { Shape } from "../../catalogue/entries.ts";
import { bytePairVocabulary, chatTemplate } from "./tokenizer.ts";

/** The JSON files of a synthetic Hugging Face folder by name; `label` says in words that its weights are random. */
export function folderFiles(shape: Shape, label: string): Readonly<Record<string, Json>> {
  const { pieces, merges, controls } = bytePairVocabulary(shape.vocabulary);
  const [endOfText, , endOfTurn] = controls.map((_, index) => pieces.length + index) as [
    number,
    number,
    number,
  ];
  const ids = { bos_token_id: endOfText, eos_token_id: endOfTurn, pad_token_id: endOfText };
  return {
    "config.json": { ...modelConfig(shape), ...ids, quantlab_synthetic: true, quantlab_label: label },
    "generation_config.json": { ...ids, do_sample: false },
    "tokenizer_config.json": {
      tokenizer_class: "PreTrainedTokenizerFast",
      bos_token: null,
      eos_token: controls[2],
      pad_token: controls[0],
      add_bos_token: false,
      clean_up_tokenization_spaces: false,
      model_max_length: shape.context,
      chat_template: chatTemplate,
    },
    "tokenizer.json": {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: controls.map((content, index) => ({
        id: pieces.length + index,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      normalizer: { type: "NFC" },
      pre_tokenizer: {
        type: "Sequence",
        pretokenizers: [
          { type: "Split", pattern: { Regex: wordPattern }, behavior: "Isolated", invert: false },
          { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false },
        ],
      },
      post_processor: { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false },
      decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false },
      model: {
        type: "BPE",
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: "",
        end_of_word_suffix: "",
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
        merges,
      },
    },
  };
}

/** How text is cut before pieces are joined: what llama.cpp calls the pre-tokenizer "qwen2". */
const wordPattern =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

function modelConfig(shape: Shape): Readonly<Record<string, Json>> {
  return {
    architectures: ["Qwen2ForCausalLM"],
    model_type: "qwen2",
    hidden_size: shape.hidden,
    intermediate_size: shape.feedForward,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyValueHeads,
    vocab_size: shape.vocabulary,
    max_position_embeddings: shape.context,
    rms_norm_eps: shape.normEpsilon,
    // In both places: readers of older and of newer configurations look for it in one of them.
    rope_theta: shape.ropeBase,
    rope_parameters: { rope_type: "default", rope_theta: shape.ropeBase },
    hidden_act: "silu",
    attention_dropout: 0,
    use_sliding_window: false,
    sliding_window: null,
    max_window_layers: shape.layers,
    tie_word_embeddings: shape.tiedEmbeddings,
    initializer_range: 0.02,
    use_cache: true,
    dtype: "bfloat16",
    torch_dtype: "bfloat16",
  };
}
