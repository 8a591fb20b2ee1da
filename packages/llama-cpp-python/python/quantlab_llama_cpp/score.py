"""Logits of a given sequence: through the C API that the package passes on, since its class keeps them for all of a context."""

from collections.abc import Iterator

import llama_cpp
import numpy as np
from quantlab_worker import WorkerError

from .timed import TimedLlama

# What one part may take as float32.
_BYTES = 128 * 2**20

# Whole tiles, as the lab's own engine has them: other numbers of rows are summed otherwise.
_TILE_ROWS = 64


def score(llama: TimedLlama, ids: list[int], first: int) -> Iterator[tuple[int, np.ndarray]]:
    """Rows for the positions from `first` to the last, each part as (position, float32 [rows, vocabulary])."""
    vocabulary = llama.n_vocab()
    rows = max(1, min(llama.n_batch, _BYTES // (vocabulary * 4)))
    rows = rows - rows % _TILE_ROWS if rows >= _TILE_ROWS else rows
    batch = llama_cpp.llama_batch_init(llama.n_batch, 0, 1)
    try:
        llama.reset()
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(llama.ctx), True)
        for start in range(0, first, llama.n_batch):
            _decode(llama, batch, ids[start : min(start + llama.n_batch, first)], start, wanted=False)
        for start in range(first, len(ids), rows):
            part = ids[start : start + rows]
            _decode(llama, batch, part, start, wanted=True)
            logits = llama_cpp.llama_get_logits(llama.ctx)
            yield start, np.ctypeslib.as_array(logits, shape=(len(part), vocabulary)).copy()
    finally:
        llama_cpp.llama_batch_free(batch)
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(llama.ctx), True)


def _decode(llama: TimedLlama, batch: llama_cpp.llama_batch, ids: list[int], start: int, *, wanted: bool) -> None:
    batch.n_tokens = len(ids)
    for index, token in enumerate(ids):
        batch.token[index] = token
        batch.pos[index] = start + index
        batch.n_seq_id[index] = 1
        batch.seq_id[index][0] = 0
        batch.logits[index] = wanted
    code = llama_cpp.llama_decode(llama.ctx, batch)
    if code != 0:
        raise WorkerError(f"decoding {len(ids)} tokens failed with code {code}", "set a larger contextSize")
