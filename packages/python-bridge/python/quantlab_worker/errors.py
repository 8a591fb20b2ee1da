"""Errors that a person can read: what is wrong, and what to do."""

import math


class WorkerError(Exception):
    """Crosses to the lab as it is. `code` is upper-case and stable; `message` is one line."""

    def __init__(self, message: str, remedy: str | None = None, code: str = "ENGINE") -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy


def require_numbers(highest: float, position: int) -> None:
    """
    Raises WorkerError where the largest logit of the row at `position` is no finite number, as damaged weights make it.
    """
    if not math.isfinite(highest):
        raise WorkerError(
            f"gave no usable logits at position {position}", "get the model again: its weights are damaged"
        )


class CancelledError(Exception):
    """The lab asked to stop the request that is being served."""


def as_reply(error: BaseException, name: str) -> dict[str, str | int | None]:
    """The error of a reply, as `errorFrom` of the lab's core reads it; `name` is the engine's."""
    code, message, remedy = _described(error, name)
    kind = "EngineError" if code == "ENGINE" else "QuantlabError"
    return {"name": kind, "code": code, "message": f"{name}: {message}", "remedy": remedy, "exitCode": 1}


def _described(error: BaseException, name: str) -> tuple[str, str, str | None]:
    text = one_line(str(error))
    if isinstance(error, WorkerError):
        return error.code, text, error.remedy
    if isinstance(error, CancelledError):
        return "CANCELLED", "cancelled", None
    if isinstance(error, MemoryError) or ("alloc" in text and "memory" in text):
        remedy = "choose a smaller model or a smaller type, or close other programs"
        return "NOT_ENOUGH_MEMORY", f"ran out of memory: {text or 'an allocation failed'}", remedy
    if isinstance(error, ModuleNotFoundError):
        remedy = f'run "pnpm lab setup {name} --again"'
        return "ENVIRONMENT", f"the Python environment is broken: {text}", remedy
    return "ENGINE", f"{type(error).__name__}: {text}", None


def one_line(text: str) -> str:
    """The text without its line breaks, cut where nobody reads on."""
    joined = " ".join(text.split())
    return joined if len(joined) <= 600 else f"{joined[:600]}…"
