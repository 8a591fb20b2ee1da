"""What the library says while it loads: it tells the sizes of its buffers nowhere else."""

import ctypes
import re
import sys

import llama_cpp

_BUFFER = re.compile(r"(\S+) model buffer size = +([\d.]+) MiB")
_heard: list[str] = []


@llama_cpp.llama_log_callback
def _listen(level: int, text: bytes, _: ctypes.c_void_p) -> None:
    words = text.decode("utf-8", errors="replace")
    _heard.append(words)
    # Warnings and errors stay on stderr, where the last of them explains a failure.
    if level in (3, 4):
        print(words, end="", file=sys.stderr)


def listen() -> None:
    """Takes the library's log over, and forgets what it said before."""
    _heard.clear()
    llama_cpp.llama_log_set(_listen, ctypes.c_void_p(0))


def weight_buffers() -> dict[str, int]:
    """Bytes of weights by kind ("CPU", "CPU_REPACK") from what was heard, then forgets it."""
    buffers: dict[str, int] = {}
    for kind, mebibytes in _BUFFER.findall("".join(_heard)):
        buffers[kind] = buffers.get(kind, 0) + round(float(mebibytes) * 2**20)
    _heard.clear()
    return buffers
