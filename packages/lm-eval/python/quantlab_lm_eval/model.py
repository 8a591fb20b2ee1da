"""A language model of the harness that asks the lab."""

from lm_eval.api.instance import Instance
from lm_eval.api.model import LM

from .dialogue import Ask


class LabModel(LM):
    """All requests of one kind go in one question; the lab answers them in their order."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask

    def loglikelihood(self, requests: list[Instance]) -> list[tuple[float, bool]]:
        """ln p of each continuation after its context, and whether greedy decoding would have said it."""
        answers = self._ask("loglikelihood", [list(request.args) for request in requests])
        return [(float(log_likelihood), bool(greedy)) for log_likelihood, greedy in answers]

    def generate_until(self, requests: list[Instance]) -> list[str]:
        """What the model writes after each context."""
        return [str(text) for text in self._ask("generate_until", [list(request.args) for request in requests])]

    def loglikelihood_rolling(self, requests: list[Instance]) -> list[float]:
        """No task of the lab's asks for it: texts are scored by `lab perplexity`."""
        raise NotImplementedError("texts are scored by lab perplexity")
