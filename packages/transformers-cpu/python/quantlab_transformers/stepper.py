"""One forward pass after another over the same cache."""

import inspect
from typing import Any

import torch
from transformers import DynamicCache, PreTrainedModel


class Stepper:
    """Hides how families of models differ: where their cache goes, and whether they can leave logits out."""

    def __init__(self, model: PreTrainedModel, context_size: int | None) -> None:
        self._model = model
        text = model.config.get_text_config(decoder=True)
        self.vocabulary_size: int = text.vocab_size
        trained: int = getattr(text, "max_position_embeddings", None) or 2**31 - 1
        self.context_size = min(trained, context_size or trained)
        known = inspect.signature(model.forward).parameters
        self._text = text
        self._keeps = "logits_to_keep" in known
        # Mamba and its kin hold a state instead of keys and values.
        self._cache_name = "past_key_values" if "past_key_values" in known else "cache_params"
        # A state is continued by one token at a time, keys and values by any number.
        self.takes_parts = self._cache_name == "past_key_values"
        self._cache: Any = None

    def clear(self) -> None:
        """The next pass begins a fresh sequence."""
        self._cache = DynamicCache(config=self._text) if self._cache_name == "past_key_values" else None

    def forget(self) -> None:
        """Frees the cache."""
        self._cache = None

    def run(self, ids: torch.Tensor, rows: int) -> torch.Tensor:
        """Runs ids [1, n] behind what ran since `clear`; logits [rows, vocabulary] of the last `rows` of them."""
        keep = {"logits_to_keep": rows} if self._keeps else {}
        out = self._model(input_ids=ids, use_cache=True, **{self._cache_name: self._cache}, **keep)
        self._cache = getattr(out, self._cache_name, self._cache)
        return out.logits[0, -rows:, : self.vocabulary_size]
