"""The engine as the worker asks for it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
import transformers
from quantlab_worker import ChatMessage, EngineInfo, Sampling, Tool, Trace, WorkerError
from quantlab_worker.tokens import Tokens

from .embed import Embedder
from .generate import generate
from .loading import end_tokens, load_model, load_tokenizer, writes_text
from .restore import restore
from .score import score
from .stepper import Stepper
from .weights import weight_bytes


class TransformersEngine:
    """One model on the CPU, which goes on with texts or gives them as vectors."""

    name = "transformers"
    version = f"{transformers.__version__} (torch {torch.__version__})"
    calls = {"restore": restore}

    def __init__(self) -> None:
        self._stepper: Stepper | None = None
        self._embedder: Embedder | None = None
        self._writes = False
        self._tokens: Tokens | None = None
        self._ends: frozenset[int] = frozenset()

    def load(self, path: str, options: dict[str, Any]) -> EngineInfo:
        threads = options["threads"]
        torch.set_num_threads(threads)
        model = load_model(path, options["dtype"], options["quantize"])
        tokenizer = load_tokenizer(path)
        self._tokens = Tokens(tokenizer, path) if tokenizer else None
        self._stepper = Stepper(model, options["contextSize"])
        self._embedder = Embedder(model, path)
        self._writes = writes_text(model.config)
        self._ends = end_tokens(model, tokenizer)
        cache_type = str(model.dtype).removeprefix("torch.")
        return EngineInfo(
            devices=[f"CPU ({torch.backends.cpu.get_cpu_capability()})"],
            threads=torch.get_num_threads(),
            context_size=self._stepper.context_size,
            trained_context=getattr(model.config.get_text_config(), "max_position_embeddings", None),
            vocabulary_size=self._stepper.vocabulary_size,
            kv_cache_types=(cache_type, cache_type),
            buffers=weight_bytes(model),
            logits=self._writes,
        )

    def tokenize(self, text: str, bos: bool, special: bool, eos: bool) -> list[int]:
        return self._tokenizer().encode(text, bos, special, eos)

    def detokenize(self, ids: list[int]) -> str:
        return self._tokenizer().decode(ids)

    def format_chat(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] | None) -> str:
        return self._tokenizer().format_chat(messages, tools)

    def generate(
        self,
        prompt_ids: list[int],
        new_tokens: int,
        stop_at_end_of_text: bool,
        sampling: Sampling | None,
        on_token: Callable[[int], None],
    ) -> Trace:
        ends = self._ends if stop_at_end_of_text else frozenset()
        return generate(self._writing(), prompt_ids, new_tokens, ends, sampling, on_token)

    def score(self, ids: list[int], first: int) -> Iterator[tuple[int, np.ndarray]]:
        return score(self._writing(), ids, first)

    def embed(self, ids: list[int]) -> np.ndarray:
        if self._embedder is None:
            raise WorkerError("no model is loaded", code="BAD_REQUEST")
        return self._embedder.embed(ids)

    def memory(self) -> dict[str, int]:
        # PyTorch counts nothing on the CPU.
        return {}

    def _loaded(self) -> Stepper:
        if self._stepper is None:
            raise WorkerError("no model is loaded", code="BAD_REQUEST")
        return self._stepper

    def _writing(self) -> Stepper:
        stepper = self._loaded()
        if not self._writes:
            raise WorkerError("the model writes no text", "choose a text model", "BAD_REQUEST")
        return stepper

    def _tokenizer(self) -> Tokens:
        self._loaded()
        if self._tokens is None:
            raise WorkerError("the model's folder has no tokenizer", "add its tokenizer files, or take another folder")
        return self._tokens
