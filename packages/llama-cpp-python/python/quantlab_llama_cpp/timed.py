"""The package's own class, with the time at which each of its passes ended."""

from collections.abc import Sequence

import llama_cpp
import numpy as np
from quantlab_worker import now_ms
from quantlab_worker.errors import require_numbers


class TimedLlama(llama_cpp.Llama):
    """`Llama` as everybody uses it. `generate` calls `eval` for the prompt and for each token."""

    passed_at: float | None = None
    passed_tokens = 0

    def eval(self, tokens: Sequence[int]) -> None:
        """One pass; its end is when the result is there, on a GPU as well. Raises WorkerError for one of no numbers."""
        super().eval(tokens)
        llama_cpp.llama_synchronize(self.ctx)
        self.passed_at = now_ms()
        self.passed_tokens += len(tokens)
        row = np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self.ctx, -1), shape=(self.n_vocab(),))
        require_numbers(float(row.max()), self.passed_tokens - 1)
