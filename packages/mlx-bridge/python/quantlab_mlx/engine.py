"""MLX as the lab's worker serves it."""

import importlib.metadata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import mlx.core as mx
import numpy as np
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.sample_utils import make_sampler
from mlx_lm.utils import maybe_set_recommended_wired_limit
from quantlab_worker import ChatMessage, EngineInfo, Sampling, Tool, Trace
from quantlab_worker.tokens import Tokens

from .convert import convert
from .decode import decode
from .scoring import score
from .weights import device, load_folder, type_name, weight_bytes

_greedy = partial(mx.argmax, axis=-1)


class MlxEngine:
    """One model in MLX form, or any Hugging Face folder that mlx-lm reads."""

    name = "mlx"
    calls = {"convert": convert}

    def __init__(self) -> None:
        self.version = f"{importlib.metadata.version('mlx-lm')} (mlx {importlib.metadata.version('mlx')})"

    def load(self, path: str, options: dict[str, Any]) -> EngineInfo:
        """`options`: device "default" (the GPU where MLX has one) or "cpu"; computeIn "stored" or "float32"."""
        if options.get("device") == "cpu":
            mx.set_default_device(mx.cpu)
        self._model, tokenizer, config = load_folder(path)
        if options.get("computeIn") == "float32":
            # Scales, offsets and what is not quantized; packed weights are integers and stay.
            self._model.set_dtype(mx.float32)
        # The wrapper's own decoding is made for streams; what it wraps is what other engines use.
        self._tokens = Tokens(tokenizer._tokenizer, path)
        self._ends = frozenset(tokenizer.eos_token_ids)
        # mlx-lm's own setting for Metal: weights near the size of memory are kept from being paged. None elsewhere.
        maybe_set_recommended_wired_limit()
        settings = {**config, **(config.get("text_config") or {})}
        self._vocabulary = int(settings["vocab_size"])
        kind, name = device()
        return EngineInfo(
            devices=[name],
            # Its CPU part computes each stream on one thread, with a BLAS that has no more.
            threads=1,
            context_size=int(settings.get("max_position_embeddings") or 2**31 - 1),
            trained_context=settings.get("max_position_embeddings"),
            vocabulary_size=self._vocabulary,
            buffers={f"{kind} {type}": size for type, size in weight_bytes(self._model).items()},
            kv_cache_types=self._cache_types(),
        )

    def tokenize(self, text: str, bos: bool, special: bool, eos: bool) -> list[int]:
        """See Tokens."""
        return self._tokens.encode(text, bos, special, eos)

    def detokenize(self, ids: list[int]) -> str:
        """See Tokens."""
        return self._tokens.decode(ids)

    def format_chat(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] | None) -> str:
        """See Tokens."""
        return self._tokens.format_chat(messages, tools)

    def generate(
        self,
        prompt_ids: list[int],
        new_tokens: int,
        stop_at_end_of_text: bool,
        sampling: Sampling | None,
        on_token: Callable[[int], None],
    ) -> Trace:
        """See `decode`."""
        ends = self._ends if stop_at_end_of_text else frozenset()
        trace = decode(self._model, prompt_ids, new_tokens, _chooser(sampling), ends, on_token)
        trace.counters = {"allocatorPeakBytes": mx.get_peak_memory(), "allocatorCachedBytes": mx.get_cache_memory()}
        return trace

    def score(self, ids: list[int], first: int) -> Iterator[tuple[int, np.ndarray]]:
        """See `scoring.score`."""
        return score(self._model, ids, first, self._vocabulary)

    def memory(self) -> dict[str, int]:
        """The allocator's peak since the process began."""
        return {"allocator_peak_bytes": mx.get_peak_memory()}

    def _cache_types(self) -> tuple[str, str] | None:
        """What keys and values are kept in; None for models that keep another kind of state. Nothing is computed."""
        cache = make_prompt_cache(self._model)
        self._model(mx.array([[0]]), cache=cache)
        arrays = [(layer.keys, layer.values) for layer in cache if getattr(layer, "keys", None) is not None]
        if not arrays:
            return None
        keys, values = arrays[0]
        if not isinstance(keys, mx.array):
            return None
        return type_name(keys.dtype), type_name(values.dtype)


def _chooser(sampling: Sampling | None) -> Callable[[mx.array], mx.array]:
    if sampling is None or sampling.temperature == 0:
        return _greedy
    mx.random.seed(sampling.seed)
    sampler = make_sampler(temp=sampling.temperature, top_p=sampling.top_p or 0.0, top_k=sampling.top_k or 0)
    return lambda logits: sampler(logits - mx.logsumexp(logits, axis=-1, keepdims=True))
