"""Draws a token: temperature, then the k best, then the least set whose probability reaches p."""

import torch
from quantlab_worker import Sampling


class Sampler:
    """Repeats its draws for the same seed."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._random = torch.Generator().manual_seed(sampling.seed)

    def draw(self, logits: torch.Tensor) -> torch.Tensor:
        """The drawn token id as a tensor without dimensions, from logits [vocabulary]."""
        temperature, top_k, top_p = self._sampling.temperature, self._sampling.top_k, self._sampling.top_p
        if temperature <= 0:
            return logits.argmax()
        best, ids = (logits.float() / temperature).sort(descending=True)
        if top_k:
            best, ids = best[:top_k], ids[:top_k]
        shares = best.softmax(0)
        if top_p is not None and top_p < 1:
            # A token stays while those before it have not reached p; so the best one always stays.
            shares = shares * (shares.cumsum(0) - shares < top_p)
        return ids[torch.multinomial(shares, 1, generator=self._random)[0]]
