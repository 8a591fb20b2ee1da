"""What the worker does for each method of the protocol."""

import resource
from collections.abc import Callable
from typing import Any

import numpy as np

from .channels import Channels
from .clock import now_ms
from .engine import Engine, EngineInfo, Sampling
from .errors import WorkerError
from .inbox import Inbox

PROTOCOL = 1


class Methods:
    """One engine and, once loaded, what it told of its model."""

    def __init__(self, engine: Engine, channels: Channels, inbox: Inbox) -> None:
        self.engine = engine
        self._channels = channels
        self._inbox = inbox
        self._info: EngineInfo | None = None
        # Answers those requests that need not wait for the end of a generation.
        self.answer_waiting: Callable[[], None] = lambda: None

    def serve(self, request_id: int, method: str, params: dict[str, Any]) -> Any:
        """The result of one request, as it stands in `SessionResults`."""
        return getattr(self, f"_{method}")(request_id, params)

    def call(self, request_id: int, name: str, params: Any) -> Any:
        """The result of one of the engine's own calls."""
        calls: dict[str, Callable[..., Any]] = getattr(self.engine, "calls", {})
        function = calls.get(name)
        if function is None:
            known = ", ".join(calls) or "none"
            raise WorkerError(f"there is no call {name!r}; there are {known}", code="BAD_REQUEST")

        def progress(data: Any) -> None:
            self._inbox.check(request_id)
            self._channels.reply({"id": request_id, "event": "progress", "data": data})

        return function(params, progress)

    def _hello(self, _: int, __: dict[str, Any]) -> dict[str, Any]:
        return {"protocol": PROTOCOL, "nowMs": now_ms()}

    def _load(self, _: int, params: dict[str, Any]) -> dict[str, Any]:
        self._info = None
        info = self.engine.load(params["model"]["path"], params["options"])
        self._info = info
        return {
            "name": self.engine.name,
            "version": self.engine.version,
            "devices": info.devices,
            "threads": info.threads,
            "contextSize": info.context_size,
            "vocabularySize": info.vocabulary_size,
            **({} if info.trained_context is None else {"trainedContext": info.trained_context}),
            "kvCacheTypes": info.kv_cache_types,
            "flashAttention": info.flash_attention,
            "buffers": info.buffers,
            "sequences": 1,
            "logits": info.logits,
            "embeddings": hasattr(self.engine, "embed"),
        }

    def _tokenize(self, _: int, params: dict[str, Any]) -> dict[str, Any]:
        self._loaded()
        ids = self.engine.tokenize(params["text"], params["bos"], params["special"], params.get("eos", False))
        return {"ids": [int(each) for each in ids]}

    def _detokenize(self, _: int, params: dict[str, Any]) -> dict[str, Any]:
        self._check_ids(params["ids"])
        return {"text": self.engine.detokenize(params["ids"])}

    def _formatChat(self, _: int, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 (the name is of the protocol)
        self._loaded()
        return {"text": self.engine.format_chat(params["messages"], params.get("tools"))}

    def _generate(self, request_id: int, params: dict[str, Any]) -> dict[str, Any]:
        prompt_ids, new_tokens = params["promptIds"], params["newTokens"]
        self._check_sequence(prompt_ids, new_tokens)
        on_token = self._streaming(request_id) if params["stream"] else self._quiet(request_id)
        trace = self.engine.generate(
            prompt_ids, new_tokens, params["stopAtEndOfText"], _sampling(params["sampling"]), on_token
        )
        return {
            "startedAtMs": trace.started_at,
            "promptDoneAtMs": trace.prompt_done_at,
            "promptTokens": len(prompt_ids),
            "tokenAtMs": trace.token_at,
            "tokenIds": trace.token_ids,
            **({} if trace.end_token is None else {"endTokenId": trace.end_token}),
            "engineCounters": trace.counters,
        }

    def _score(self, request_id: int, params: dict[str, Any]) -> dict[str, Any]:
        ids, first = params["ids"], params["from"]
        self._check_sequence(ids, 0)
        if not 0 <= first < len(ids):
            raise WorkerError(f"from is {first}, the sequence has {len(ids)} tokens", code="BAD_REQUEST")
        for position, rows in self.engine.score(ids, first):
            self._inbox.check(request_id)
            data = np.ascontiguousarray(rows, dtype="<f4")
            place = {"from": position, "vocabulary": data.shape[1]}
            self._channels.reply({"id": request_id, "event": "rows", "data": place}, data.data.cast("B"))
        return {}

    def _embed(self, request_id: int, params: dict[str, Any]) -> dict[str, Any]:
        self._check_sequence(params["ids"], 0)
        vector = np.ascontiguousarray(self.engine.embed(params["ids"]), dtype="<f4")
        self._channels.reply({"id": request_id, "event": "vector", "data": {}}, vector.data.cast("B"))
        return {}

    def _usage(self, _: int, __: dict[str, Any]) -> dict[str, Any]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "userMs": used.ru_utime * 1000,
            "systemMs": used.ru_stime * 1000,
            "allocatorPeakBytes": self.engine.memory().get("allocator_peak_bytes"),
        }

    def _streaming(self, request_id: int) -> Callable[[int], None]:
        def on_token(token: int) -> None:
            self._inbox.check(request_id)
            self._channels.reply({"id": request_id, "event": "token", "data": token})
            self.answer_waiting()

        return on_token

    def _quiet(self, request_id: int) -> Callable[[int], None]:
        return lambda _: self._inbox.check(request_id)

    def _loaded(self) -> EngineInfo:
        if self._info is None:
            raise WorkerError("no model is loaded", code="BAD_REQUEST")
        return self._info

    def _check_ids(self, ids: list[int]) -> EngineInfo:
        info = self._loaded()
        foreign = next((each for each in ids if not 0 <= each < info.vocabulary_size), None)
        if foreign is not None:
            raise WorkerError(
                f"token {foreign} is not in the vocabulary of {info.vocabulary_size}",
                "tokenize the text with this model",
            )
        return info

    def _check_sequence(self, ids: list[int], new_tokens: int) -> None:
        info = self._check_ids(ids)
        if not ids:
            raise WorkerError("there are no tokens to run", "give at least one token")
        needed = len(ids) + new_tokens
        if needed > info.context_size:
            raise WorkerError(
                f"prompt and new tokens need {needed} places, the context has {info.context_size}",
                "give a shorter prompt or ask for fewer tokens",
            )


def _sampling(params: str | dict[str, Any]) -> Sampling | None:
    if isinstance(params, str):
        return None
    return Sampling(
        temperature=params["temperature"], seed=int(params["seed"]), top_p=params.get("topP"), top_k=params.get("topK")
    )
