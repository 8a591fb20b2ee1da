"""A text as one vector."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from quantlab_worker import WorkerError
from transformers import PreTrainedModel

# By the names that sentence-transformers keeps beside a model, ways to make one vector of a text's tokens.
_POOLINGS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "pooling_mode_cls_token": lambda hidden: hidden[0],
    "pooling_mode_mean_tokens": lambda hidden: hidden.mean(dim=0),
    "pooling_mode_lasttoken": lambda hidden: hidden[-1],
}


class Embedder:
    """Pools what the last layer gives, as the model's folder says; by the mean where it says nothing."""

    def __init__(self, model: PreTrainedModel, path: str) -> None:
        self._model = model.base_model
        self._pool = _pooling(Path(path) / "1_Pooling" / "config.json")

    def embed(self, ids: list[int]) -> np.ndarray:
        """Float32, of length 1."""
        with torch.inference_mode():
            hidden = self._model(input_ids=torch.tensor([ids], dtype=torch.long)).last_hidden_state[0].float()
            vector = self._pool(hidden)
            return (vector / vector.norm()).numpy()


def _pooling(file: Path) -> Callable[[torch.Tensor], torch.Tensor]:
    modes = json.loads(file.read_text()) if file.is_file() else {"pooling_mode_mean_tokens": True}
    chosen = [name for name, on in modes.items() if name.startswith("pooling_mode_") and on is True]
    if len(chosen) == 1 and chosen[0] in _POOLINGS:
        return _POOLINGS[chosen[0]]
    raise WorkerError(
        f"{file} asks for {', '.join(chosen) or 'no pooling'}", f"take one of {', '.join(_POOLINGS)}", "BAD_FILE"
    )
