"""The package's own class, with the time at which each of its passes ended."""

from collections.abc import Sequence

import llama_cpp
from quantlab_worker import now_ms


class TimedLlama(llama_cpp.Llama):
    """`Llama` as everybody uses it. `generate` calls `eval` for the prompt and for each token."""

    passed_at: float | None = None
    passed_tokens = 0

    def eval(self, tokens: Sequence[int]) -> None:
        """One pass; its end is when the result is there, on a GPU as well."""
        super().eval(tokens)
        llama_cpp.llama_synchronize(self.ctx)
        self.passed_at = now_ms()
        self.passed_tokens += len(tokens)
