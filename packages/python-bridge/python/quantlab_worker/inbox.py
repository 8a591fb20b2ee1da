"""Reads requests on a thread of its own, so that a cancel and the lab's end are heard during a generation."""

import json
import queue
import threading
from collections import deque
from typing import Any, BinaryIO

from .errors import CancelledError
from .orphan import end_group


class Inbox:
    """Requests in their order; cancels take effect at once; the end of the stream ends the process."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._queue: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._postponed: deque[dict[str, Any]] = deque()
        self._cancelled: set[int] = set()
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    def next(self) -> dict[str, Any]:
        """Waits for the next request; one that is not JSON comes as {"broken": why}."""
        return self._postponed.popleft() if self._postponed else self._queue.get()

    def waiting(self, methods: frozenset[str]) -> list[dict[str, Any]]:
        """Requests that have come and are of these methods; all others keep their turn for `next`."""
        found: list[dict[str, Any]] = []
        while not self._queue.empty():
            request = self._queue.get()
            (found if request.get("method") in methods else self._postponed).append(request)
        return found

    def check(self, request_id: int) -> None:
        """Raises CancelledError when the lab has asked to stop this request."""
        if request_id in self._cancelled:
            self._cancelled.discard(request_id)
            raise CancelledError

    def _read(self) -> None:
        for line in self._stream:
            try:
                request = json.loads(line)
            except ValueError as error:
                request = {"broken": str(error)}
            if isinstance(request, dict) and "cancel" in request:
                self._cancelled.add(request["id"])
            else:
                self._queue.put(request if isinstance(request, dict) else {"broken": "not an object"})
        end_group()
