"""The engine as the worker asks for it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
from jinja2 import TemplateError
from llama_cpp.llama_chat_format import Jinja2ChatFormatter
from quantlab_worker import ChatMessage, EngineInfo, Sampling, Tool, Trace, WorkerError
from quantlab_worker.errors import one_line

from .generate import generate
from .log import listen, weight_buffers
from .score import score
from .timed import TimedLlama


class LlamaCppEngine:
    """One GGUF model in the package's own class."""

    name = "llama-cpp-python"
    version = f"{llama_cpp.__version__} (llama.cpp v{llama_cpp.llama_version().decode()})"

    def __init__(self) -> None:
        self._llama: TimedLlama | None = None
        self._path = ""

    def load(self, path: str, options: dict[str, Any]) -> EngineInfo:
        if not Path(path).is_file():
            raise WorkerError(f"{path} is no file", "give the path of a .gguf file")
        listen()
        key_type, value_type = options["kvCacheTypes"]
        try:
            llama = TimedLlama(
                path,
                n_ctx=options["contextSize"],
                n_threads=options["threads"],
                n_threads_batch=options["threads"],
                n_gpu_layers=options["gpuLayers"],
                flash_attn=options["flashAttention"],
                type_k=_cache_type(key_type),
                type_v=_cache_type(value_type),
                verbose=False,
            )
        except (ValueError, RuntimeError) as error:
            raise WorkerError(
                f"cannot load {path}: {one_line(str(error))}",
                "check that it is a whole .gguf file and that memory is free, or choose a smaller contextSize",
            ) from error
        except TemplateError as error:
            # The package reads the template with the model, whether or not anybody chats.
            raise WorkerError(
                f"cannot load {path}: its chat template is broken: {one_line(str(error))}",
                "correct the template, or choose another engine where no chat is asked for",
                "BAD_FILE",
            ) from error
        self._llama, self._path = llama, path
        buffers = weight_buffers()
        return EngineInfo(
            # "CPU_REPACK" and "CPU_Mapped" are kinds of buffers on the device CPU.
            devices=sorted({kind.split("_")[0] for kind in buffers} | {"CPU"}),
            threads=llama.n_threads,
            context_size=llama.n_ctx(),
            trained_context=int(llama.metadata[f"{llama.metadata['general.architecture']}.context_length"]),
            vocabulary_size=llama.n_vocab(),
            kv_cache_types=(key_type, value_type),
            flash_attention=options["flashAttention"],
            buffers=buffers,
        )

    def tokenize(self, text: str, bos: bool, special: bool, eos: bool) -> list[int]:
        llama = self._loaded()
        if bos and eos:
            return llama.tokenize(text.encode(), add_bos=True, special=special)
        # The library's own additions would bring EOS, too, where a model's file asks for it.
        ids = llama.tokenize(text.encode(), add_bos=False, special=special)
        return [llama.token_bos(), *ids] if bos and self._adds_bos() else ids

    def _adds_bos(self) -> bool:
        llama = self._loaded()
        return llama.tokenize(b"a", add_bos=True, special=False)[:1] == [llama.token_bos()]

    def detokenize(self, ids: list[int]) -> str:
        return self._loaded().detokenize(ids, special=True).decode("utf-8", errors="replace")

    def format_chat(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] | None) -> str:
        llama = self._loaded()
        template = llama.metadata.get("tokenizer.chat_template")
        if not template:
            raise WorkerError(
                f"{self._path} has no chat template",
                "choose an instruct model, or give the prompt as plain text",
                code="NO_CHAT_TEMPLATE",
            )
        bos, eos = (self._spelled(token) for token in (llama.token_bos(), llama.token_eos()))
        try:
            formatter = Jinja2ChatFormatter(template, eos_token=eos, bos_token=bos)
            text = formatter(messages=list(messages), tools=list(tools) if tools else None).prompt
        except Exception as error:
            raise WorkerError(
                f"the chat template of {self._path} refuses this conversation: {one_line(str(error))}",
                "put system first, then user and assistant in turn; with a broken template, give plain text",
            ) from error
        return text.removeprefix(bos) if bos and self._adds_bos() else text

    def generate(
        self,
        prompt_ids: list[int],
        new_tokens: int,
        stop_at_end_of_text: bool,
        sampling: Sampling | None,
        on_token: Callable[[int], None],
    ) -> Trace:
        return generate(self._loaded(), prompt_ids, new_tokens, stop_at_end_of_text, sampling, on_token)

    def score(self, ids: list[int], first: int) -> Iterator[tuple[int, np.ndarray]]:
        return score(self._loaded(), ids, first)

    def memory(self) -> dict[str, int]:
        # llama.cpp counts no peak.
        return {}

    def _spelled(self, token: int) -> str:
        if token < 0:
            return ""
        text = llama_cpp.llama_vocab_get_text(llama_cpp.llama_model_get_vocab(self._loaded().model), token)
        return text.decode("utf-8", errors="replace")

    def _loaded(self) -> TimedLlama:
        if self._llama is None:
            raise WorkerError("no model is loaded", code="BAD_REQUEST")
        return self._llama


def _cache_type(name: str) -> int:
    return getattr(llama_cpp, f"GGML_TYPE_{name.upper()}")
