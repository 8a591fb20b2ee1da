"""What an engine offers. Its module has `create_engine() -> Engine`; importing the module imports the library."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NotRequired, Protocol, TypedDict

import numpy as np


class ChatMessage(TypedDict):
    """One turn of a conversation, as chat templates read it."""

    role: str
    content: str
    # Of an assistant that calls tools, and of a tool that answers.
    tool_calls: NotRequired[list[dict[str, Any]]]
    name: NotRequired[str]


# What a model may call, as chat templates read it.
Tool = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a token is drawn; `None` in its place means greedy."""

    temperature: float
    seed: int
    top_p: float | None = None
    top_k: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineInfo:
    """What really ran, not what was asked for."""

    devices: list[str]
    threads: int
    # Tokens that fit, prompt and answer together.
    context_size: int
    vocabulary_size: int
    # Bytes of the weights as they are held, by kind ("CPU", "CPU nf4").
    buffers: dict[str, int]
    kv_cache_types: tuple[str, str] | None = None
    flash_attention: bool | None = None
    # Tokens of the longest sequences that the model was trained on, where its files tell.
    trained_context: int | None = None
    # Whether it writes and scores text; a model that gives vectors alone does not.
    logits: bool = True


@dataclass(slots=True, kw_only=True)
class Trace:
    """One generation; times are those of `now_ms`, taken when the engine's own step has really ended."""

    started_at: float
    # End of the prompt pass, before the first token is chosen.
    prompt_done_at: float | None
    token_at: list[float] = field(default_factory=list)
    token_ids: list[int] = field(default_factory=list)
    # The one at which it ended by itself, which is not among them.
    end_token: int | None = None
    # The engine's own figures.
    counters: dict[str, float] = field(default_factory=dict)


class Engine(Protocol):
    """Holds at most one model. The lab has checked ids against the vocabulary and lengths against the context."""

    name: str
    version: str

    def load(self, path: str, options: dict[str, Any]) -> EngineInfo:
        """Loads a model; raises WorkerError when `path` holds none that this engine reads."""

    def tokenize(self, text: str, bos: bool, special: bool, eos: bool) -> list[int]:
        """
        `bos`: begin with BOS where the model wants one. `special`: read special tokens as tokens. `eos`: beside `bos`, end
        as the tokenizer ends texts; never otherwise.
        """

    def detokenize(self, ids: list[int]) -> str:
        """The text of the ids, special tokens as they are spelled, nothing cleaned up."""

    def format_chat(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] | None) -> str:
        """
        The conversation by the model's own template, ending where the assistant begins to speak. A leading BOS is left
        out where `tokenize` adds it. A template without a place for tools passes over them.
        """

    def generate(
        self,
        prompt_ids: list[int],
        new_tokens: int,
        stop_at_end_of_text: bool,
        sampling: Sampling | None,
        on_token: Callable[[int], None],
    ) -> Trace:
        """
        Runs the prompt as one fresh sequence and chooses `new_tokens` tokens; fewer only when asked to stop, before a
        token that ends the text. `on_token` gets each id after its time was taken, and may raise to cancel.
        """

    def score(self, ids: list[int], first: int) -> Iterator[tuple[int, np.ndarray]]:
        """
        Logits of one fresh sequence in parts of bounded size: (position of the first row, float32 [rows, vocabulary]).
        Row i of a part predicts the token at its position + i + 1. The first part begins at `first`.
        What is before `first` runs on its own, and the rows depend on `ids` and `first` alone, not on what ran before.
        """

    def memory(self) -> dict[str, int]:
        """`allocator_peak_bytes` where the engine's allocator counts it; empty elsewhere."""

    # Optional: def embed(self, ids: list[int]) -> np.ndarray, the text as one vector of length 1.
    # Optional beside a session, a conversion for example: name -> function(params, progress(data)) -> JSON.
    # calls: dict[str, Callable[[Any, Callable[[Any], None]], Any]]
