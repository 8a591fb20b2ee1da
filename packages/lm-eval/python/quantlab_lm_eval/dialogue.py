"""Turns a function that asks questions in its midst into one that is called for each answer."""

import queue
import threading
from collections.abc import Callable
from typing import Any

Ask = Callable[[str, list[Any]], list[Any]]


class Dialogue:
    """`work` runs on a thread of its own; whenever it asks, `next` or `answer` returns the question."""

    def __init__(self, work: Callable[[Ask], Any]) -> None:
        self._turns: queue.SimpleQueue[dict[str, Any] | BaseException] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()
        threading.Thread(target=self._run, args=(work,), name="harness", daemon=True).start()

    def next(self) -> dict[str, Any]:
        """The next question, or {"done": result}; raises what the work raised."""
        turn = self._turns.get()
        if isinstance(turn, BaseException):
            raise turn
        return turn

    def answer(self, answers: list[Any]) -> dict[str, Any]:
        """Gives the answers to the last question and waits for the next."""
        self._answers.put(answers)
        return self.next()

    def _ask(self, method: str, requests: list[Any]) -> list[Any]:
        self._turns.put({"ask": method, "requests": requests})
        return self._answers.get()

    def _run(self, work: Callable[[Ask], Any]) -> None:
        try:
            self._turns.put({"done": work(self._ask)})
        except BaseException as error:  # Whatever it was, the one who waits is told.
            self._turns.put(error)
