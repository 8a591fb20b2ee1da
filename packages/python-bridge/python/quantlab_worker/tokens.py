"""Text to ids and back for engines that use Hugging Face tokenizers, as llama.cpp does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .engine import ChatMessage, Tool
from .errors import WorkerError, one_line

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


class Tokens:
    """The tokenizer of a model's folder."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, path: str) -> None:
        self._tokenizer = tokenizer
        self._path = path

    def encode(self, text: str, bos: bool, special: bool, eos: bool = False) -> list[int]:
        """
        `bos`: begin with BOS where the model wants one; without `special` "<|im_end|>" is text like any other; `bos` and
        `eos`: between the marks that the tokenizer puts around texts.
        """
        if bos and eos:
            return list(self._tokenizer(text, add_special_tokens=True, split_special_tokens=not special)["input_ids"])
        # Never the tokenizer's own additions: some put EOS behind the text.
        encoded = self._tokenizer(text, add_special_tokens=False, split_special_tokens=not special)
        ids = list(encoded["input_ids"])
        return [self._tokenizer.bos_token_id, *ids] if bos and self._adds_bos() else ids

    def decode(self, ids: list[int]) -> str:
        """Special tokens as they are spelled."""
        return self._tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)

    def format_chat(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] | None = None) -> str:
        """By the model's template, without the BOS that `encode` adds."""
        if not self._tokenizer.chat_template:
            raise WorkerError(
                f"{self._path} has no chat template",
                "choose an instruct model, or give the prompt as plain text",
                code="NO_CHAT_TEMPLATE",
            )
        try:
            text = self._tokenizer.apply_chat_template(
                list(messages), tools=list(tools) if tools else None, tokenize=False, add_generation_prompt=True
            )
        except Exception as error:
            raise WorkerError(
                f"the chat template of {self._path} refuses this conversation: {one_line(str(error))}",
                "put system first, then user and assistant in turn; with a broken template, give plain text",
            ) from error
        bos = self._tokenizer.bos_token
        return text.removeprefix(bos) if bos and self._adds_bos() else text

    def _adds_bos(self) -> bool:
        # Of a text that is there: of none, EOS behind it would be taken for BOS where one token is both.
        ids = self._tokenizer("a", add_special_tokens=True)["input_ids"]
        return len(ids) > 1 and ids[0] == self._tokenizer.bos_token_id
