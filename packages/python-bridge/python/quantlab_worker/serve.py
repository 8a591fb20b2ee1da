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


def serve(create_engine: Callable[[], Engine], channels: Channels, inbox: Inbox, schemas: Schemas) -> None:
    """Serves the engine, which is made at the first request: what is wrong with it becomes that one's answer."""
    methods: Methods | None = None
    while True:
        request = inbox.next()
        request_id = request.get("id")
        if not isinstance(request_id, int):
            # Nobody could be told who asked: the lab finds its own request unanswered.
            raise SystemExit(f"quantlab_worker: a request without an id: {request.get('broken', request)}")
        try:
            schemas.check(request)
            _check_versions(request, schemas)
            if methods is None:
                methods = Methods(create_engine(), channels, inbox, schemas.sha256)
            if request["method"] == "unload":
                channels.reply({"id": request_id, "result": {}})
                return
            result: Any = methods.serve(request_id, request["method"], request["params"])
            channels.reply({"id": request_id, "result": result})
        except Exception as error:  # Whatever it was, the one who asked is told.
            if not isinstance(error, WorkerError | CancelledError):
                traceback.print_exc()
            channels.reply({"id": request_id, "error": as_reply(error, methods.engine.name if methods else "Python")})


def _check_versions(request: dict[str, Any], schemas: Schemas) -> None:
    if request["method"] == "hello" and request["params"]["schemasSha256"] != schemas.sha256:
        raise WorkerError("the worker's protocol is not the lab's", "run git status, then pnpm install", "PROTOCOL")
