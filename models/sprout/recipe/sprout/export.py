"""The trained weights as a Hugging Face folder: F16 safetensors, the SentencePiece file and its JSON twin."""

import argparse
import json
import shutil

import sentencepiece
import torch
from safetensors.torch import save_file

from . import settings
from .corpus import IM_END, IM_START
from .paths import HF, TOKENIZER, WORK

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def write_json(name: str, value: dict) -> None:
    (HF / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def merges(processor) -> list[list[str]]:
    """SentencePiece keeps scores and Hugging Face keeps pairs: a piece comes from any two pieces that make it."""
    rank = {processor.id_to_piece(i): i for i in range(processor.vocab_size())
            if not (processor.is_control(i) or processor.is_byte(i) or processor.is_unknown(i))}
    found = []
    for piece, order in rank.items():
        for cut in range(1, len(piece)):
            left, right = piece[:cut], piece[cut:]
            if left in rank and right in rank:
                found.append((order, rank[left], rank[right], [left, right]))
    return [pair for *_, pair in sorted(found)]


def write_tokenizer() -> None:
    processor = sentencepiece.SentencePieceProcessor(model_file=str(TOKENIZER))
    shutil.copyfile(TOKENIZER, HF / "tokenizer.model")
    specials = [processor.id_to_piece(i) for i in range(processor.vocab_size()) if processor.is_control(i) or processor.is_unknown(i)]
    added = [{"id": processor.piece_to_id(piece), "content": piece, "single_word": False, "lstrip": False, "rstrip": False,
              "normalized": False, "special": True} for piece in specials]
    write_json("tokenizer.json", {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}, "pre_tokenizer": None,
        "post_processor": {
            "type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [processor.bos_id()], "tokens": ["<s>"]}}},
        "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": True, "byte_fallback": True, "ignore_merges": False,
                  "vocab": {processor.id_to_piece(i): i for i in range(processor.vocab_size())}, "merges": merges(processor)}})
    write_json("tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": True, "add_eos_token": False, "add_prefix_space": False,
        "bos_token": "<s>", "eos_token": IM_END, "unk_token": "<unk>", "pad_token": "</s>", "clean_up_tokenization_spaces": False,
        "model_max_length": settings.CONTEXT, "chat_template": CHAT_TEMPLATE,
        "added_tokens_decoder": {str(token.pop("id")): token for token in [dict(token) for token in added]}})


def write_config() -> None:
    processor = sentencepiece.SentencePieceProcessor(model_file=str(TOKENIZER))
    ids = {"bos_token_id": processor.bos_id(), "eos_token_id": processor.piece_to_id(IM_END), "pad_token_id": processor.eos_id()}
    write_json("config.json", {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": settings.VOCABULARY, "hidden_size": settings.HIDDEN,
        "intermediate_size": settings.FEED_FORWARD, "num_hidden_layers": settings.LAYERS, "num_attention_heads": settings.HEADS,
        "num_key_value_heads": settings.HEADS, "head_dim": settings.HIDDEN // settings.HEADS, "hidden_act": "silu",
        "max_position_embeddings": settings.CONTEXT, "rms_norm_eps": settings.NORM_EPSILON, "attention_bias": False, "mlp_bias": False,
        # At the top level and inside rope_parameters: some readers know only one of the two.
        "rope_theta": settings.ROPE_THETA, "rope_parameters": {"rope_type": "default", "rope_theta": settings.ROPE_THETA},
        "tie_word_embeddings": True, "initializer_range": 0.02, "use_cache": True, "dtype": "float16", "torch_dtype": "float16", **ids})
    write_json("generation_config.json", {**ids, "do_sample": False, "max_new_tokens": 200})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", default="final.pt")
    options = parser.parse_args()
    HF.mkdir(parents=True, exist_ok=True)
    weights = torch.load(WORK / options.weights, weights_only=True)
    halves = {"model." + name.removeprefix("_orig_mod."): tensor.to(torch.float16).contiguous() for name, tensor in weights.items()}
    assert all(torch.isfinite(tensor).all() for tensor in halves.values()), "a weight does not fit in float16"
    save_file(halves, HF / "model.safetensors", metadata={"format": "pt"})
    write_config()
    write_tokenizer()
    # Read by llama.cpp's converter as SentencePiece; a JSON tokenizer alone would be refused.
    assert IM_START in (HF / "tokenizer_config.json").read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
