"""The loop: one request, one reply, until the lab says unload or goes away."""

import traceback
from collections.abc import Callable
from typing import Any

from .channels import Channels
from .engine import Engine
from .errors import CancelledError, WorkerError, as_reply
from .inbox import Inbox
from .methods import Methods
from .schemas import Schemas

# What a reader of streamed tokens asks meanwhile.
_MEANWHILE = frozenset({"detokenize"})


class Server:
    """Serves an engine, which is made at the first request: what is wrong with it becomes that one's answer."""

    def __init__(self, create_engine: Callable[[], Engine], channels: Channels, inbox: Inbox, schemas: Schemas) -> None:
        self._create_engine = create_engine
        self._channels = channels
        self._inbox = inbox
        self._schemas = schemas
        self._methods: Methods | None = None

    def run(self) -> None:
        """Returns after an unload."""
        while True:
            request = self._inbox.next()
            self._answer(request)
            if request.get("method") == "unload":
                return

    def _answer_waiting(self) -> None:
        for request in self._inbox.waiting(_MEANWHILE):
            self._answer(request)

    def _answer(self, request: dict[str, Any]) -> None:
        request_id = request.get("id")
        if not isinstance(request_id, int):
            # Nobody could be told who asked: the lab finds its own request unanswered.
            raise SystemExit(f"quantlab_worker: a request without an id: {request.get('broken', request)}")
        try:
            self._channels.reply({"id": request_id, "result": self._result(request_id, request)})
        except Exception as error:  # Whatever it was, the one who asked is told.
            if not isinstance(error, WorkerError | CancelledError):
                traceback.print_exc()
            name = self._methods.engine.name if self._methods else "Python"
            self._channels.reply({"id": request_id, "error": as_reply(error, name)})

    def _result(self, request_id: int, request: dict[str, Any]) -> Any:
        self._schemas.check(request)
        method, params = request["method"], request["params"]
        if method == "unload":
            return {}
        if method == "hello" and params["schemasSha256"] != self._schemas.sha256:
            raise WorkerError("the worker's protocol is not the lab's", "run git status, then pnpm install", "PROTOCOL")
        if self._methods is None:
            self._methods = Methods(self._create_engine(), self._channels, self._inbox, self._schemas.sha256)
            self._methods.answer_waiting = self._answer_waiting
        return self._methods.serve(request_id, method, params)
