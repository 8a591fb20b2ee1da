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
        for start in range(0, first, _POSITIONS):
            stepper.run(sequence[:, start : min(start + _POSITIONS, first)], 1)
        for start in range(first, len(ids), rows):
            part = sequence[:, start : start + rows]
            yield start, stepper.run(part, part.shape[1]).float().numpy()
        stepper.forget()
