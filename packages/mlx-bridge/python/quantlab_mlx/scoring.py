"""Logits of a given sequence."""

from collections.abc import Iterator

import mlx.core as mx
import numpy as np
from mlx_lm.models.cache import make_prompt_cache

from .decode import prefill

logits_budget_bytes = 128 * 2**20
most_rows = 512


def score(model, ids: list[int], first: int, vocabulary: int) -> Iterator[tuple[int, np.ndarray]]:
    """Float32 logits [rows, vocabulary] for the positions from `first` to the last; row i predicts token first+i+1.

    The part before `first` runs for its cache alone; the rest in parts that fit the budget.
    """
    cache = make_prompt_cache(model)
    prefill(model, ids[:first], cache)
    rows = max(1, min(most_rows, logits_budget_bytes // (vocabulary * 4)))
    for start in range(first, len(ids), rows):
        logits = model(mx.array(ids[start : start + rows])[None], cache=cache)
        yield start, np.array(logits[0].astype(mx.float32))
