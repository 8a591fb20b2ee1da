"""The loop: one request, one reply, until the lab ends this process or goes away."""

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

    def __init__(
        self, name: str, create_engine: Callable[[], Engine], channels: Channels, inbox: Inbox, schemas: Schemas
    ) -> None:
        self._name = name
        self._create_engine = create_engine
        self._channels = channels
        self._inbox = inbox
        self._schemas = schemas
        self._methods: Methods | None = None

    def run(self) -> None:
        """Never returns."""
        while True:
            self._answer(self._inbox.next())

    def _answer_waiting(self) -> None:
        for request in self._inbox.waiting(_MEANWHILE):
            self._answer(request)

    def _answer(self, request: dict[str, Any]) -> None:
        request_id = request.get("id")
        if not isinstance(request_id, int):
            # Nobody could be told who asked: the lab finds its own request unanswered.
            raise SystemExit(f"quantlab_worker: a request without an id: {request.get('broken', request)}")
        try:
            result = self._result(request_id, request["method"], request["params"])
            self._channels.reply({"id": request_id, "result": result})
        except Exception as error:  # Whatever it was, the one who asked is told.
            if not isinstance(error, WorkerError | CancelledError):
                traceback.print_exc()
            self._channels.reply({"id": request_id, "error": as_reply(error, self._name)})

    def _result(self, request_id: int, method: str, params: Any) -> Any:
        if self._methods is None:
            self._methods = Methods(self._create_engine(), self._channels, self._inbox)
            self._methods.answer_waiting = self._answer_waiting
        self._inbox.check(request_id)
        if method not in self._schemas.methods:
            return self._methods.call(request_id, method, params)
        self._schemas.check(method, params)
        return self._methods.serve(request_id, method, params)
