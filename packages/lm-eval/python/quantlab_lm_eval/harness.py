"""The two calls that the lab makes: begin, and answer what was asked."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from quantlab_worker import WorkerError

from .dialogue import Dialogue


class Harness:
    """No engine with a model: only `calls`. Each returns {"ask", "requests"} or {"done"}."""

    name = "lm-evaluation-harness"

    def __init__(self) -> None:
        self.version = version("lm-eval")
        self.calls = {"begin": self._begin, "answer": self._answer}
        self._dialogue: Dialogue | None = None

    def _begin(self, params: Any, _progress: Any) -> Any:
        # The harness and its libraries take seconds to import.
        from .evaluate import evaluate

        self._dialogue = Dialogue(lambda ask: evaluate(params["tasks"], ask))
        return self._dialogue.next()

    def _answer(self, params: Any, _progress: Any) -> Any:
        if self._dialogue is None:
            raise WorkerError("nothing was asked", code="BAD_REQUEST")
        return self._dialogue.answer(params["answers"])
