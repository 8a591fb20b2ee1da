"""Logits of a given sequence, in parts that fit into memory."""

from collections.abc import Iterator

import numpy as np
import torch

from .stepper import Stepper

# What one part may take as float32, and the most positions run at once.
_BYTES = 128 * 2**20
_POSITIONS = 512


def score(stepper: Stepper, ids: list[int], first: int) -> Iterator[tuple[int, np.ndarray]]:
    """Rows for the positions from `first` to the last, each part as (position, float32 [rows, vocabulary])."""
    rows = max(1, min(_POSITIONS, _BYTES // (stepper.vocabulary_size * 4)))
    with torch.inference_mode():
        stepper.clear()
        sequence = torch.tensor([ids], dtype=torch.long)
        if not stepper.takes_parts:
            yield from _at_once(stepper, sequence, first, rows)
            return
        for start in range(0, first, _POSITIONS):
            stepper.run(sequence[:, start : min(start + _POSITIONS, first)], 1)
        for start in range(first, len(ids), rows):
            part = sequence[:, start : start + rows]
            yield start, stepper.run(part, part.shape[1]).float().numpy()
        stepper.forget()


def _at_once(stepper: Stepper, sequence: torch.Tensor, first: int, rows: int) -> Iterator[tuple[int, np.ndarray]]:
    """One pass over the whole sequence, for models that cannot go on by several tokens."""
    logits = stepper.run(sequence, sequence.shape[1] - first)
    stepper.forget()
    for start in range(0, logits.shape[0], rows):
        yield first + start, logits[start : start + rows].float().numpy()
