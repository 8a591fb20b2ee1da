"""The pipes to the lab, taken away from everybody else in this process."""

import json
import os
import struct
import sys
import threading
from typing import Any, BinaryIO

import numpy as np

_FRAMES_FD = 3
# After its own length: id, position of the first row, rows, vocabulary.
_HEADER = struct.Struct("<5I")


class Channels:
    """Requests come in as JSON lines, replies go out the same way, logits as binary frames."""

    def __init__(self) -> None:
        self.requests: BinaryIO = os.fdopen(os.dup(0), "rb")
        self._replies: BinaryIO = os.fdopen(os.dup(1), "wb", buffering=0)
        self._frames: BinaryIO = os.fdopen(os.dup(_FRAMES_FD), "wb", buffering=0)
        self._lock = threading.Lock()
        self._hide()

    @staticmethod
    def _hide() -> None:
        """Prints of libraries go to stderr, reads find nothing: neither can break the protocol."""
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.close(_FRAMES_FD)
        os.dup2(2, 1)
        sys.stdin = os.fdopen(0, "r", closefd=False)
        sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)

    def reply(self, message: dict[str, Any]) -> None:
        """Writes one line. A number that JSON does not know is an error here, not there."""
        line = json.dumps({"v": 1, **message}, separators=(",", ":"), allow_nan=False)
        self._write(self._replies, f"{line}\n".encode())

    def frame(self, request_id: int, first: int, rows: np.ndarray) -> None:
        """Writes float32 rows of logits, little-endian."""
        data = np.ascontiguousarray(rows, dtype="<f4")
        count, vocabulary = data.shape
        header = _HEADER.pack(_HEADER.size - 4, request_id, first, count, vocabulary)
        self._write(self._frames, header)
        self._write(self._frames, data.data.cast("B"))

    def _write(self, stream: BinaryIO, data: bytes | memoryview) -> None:
        view = memoryview(data)
        with self._lock:
            while view:
                written = stream.write(view)
                view = view[written or 0 :]
