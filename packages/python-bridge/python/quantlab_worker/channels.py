"""The pipes to the lab, taken away from everybody else in this process."""

import json
import os
import sys
import threading
from typing import Any, BinaryIO

_REPLIES_FD = 3


class Channels:
    """Requests come in as JSON lines, replies go out the same way, some with bytes behind them."""

    def __init__(self) -> None:
        self.requests: BinaryIO = os.fdopen(os.dup(0), "rb")
        self._replies: BinaryIO = os.fdopen(os.dup(_REPLIES_FD), "wb", buffering=0)
        self._lock = threading.Lock()
        self._hide()

    @staticmethod
    def _hide() -> None:
        """Reads of libraries find nothing, and no process that they start holds the pipes."""
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.close(_REPLIES_FD)
        sys.stdin = os.fdopen(0, "r", closefd=False)

    def reply(self, message: dict[str, Any], data: memoryview = memoryview(b"")) -> None:
        """Writes one line, and `data` behind it. A number that JSON does not know is an error here, not there."""
        if data:
            message = {**message, "bytes": data.nbytes}
        line = json.dumps(message, separators=(",", ":"), allow_nan=False)
        with self._lock:
            self._write(f"{line}\n".encode())
            self._write(data)

    def _write(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            written = self._replies.write(view)
            view = view[written or 0 :]
