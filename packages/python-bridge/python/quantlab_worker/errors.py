"""Errors that a person can read: what is wrong, and what to do."""


class WorkerError(Exception):
    """Crosses to the lab as it is. `code` is upper-case and stable; `message` is one line."""

    def __init__(self, message: str, remedy: str | None = None, code: str = "ENGINE") -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy


class CancelledError(Exception):
    """The lab asked to stop the request that is being served."""


def as_reply(error: BaseException, engine: str) -> dict[str, str | None]:
    """The error object of a reply: one line for a person, the trace is on stderr."""
    if isinstance(error, WorkerError):
        return {"code": error.code, "message": one_line(str(error)), "remedy": error.remedy}
    if isinstance(error, CancelledError):
        return {"code": "CANCELLED", "message": "cancelled", "remedy": None}
    if isinstance(error, MemoryError) or ("alloc" in str(error) and "memory" in str(error)):
        return {
            "code": "NOT_ENOUGH_MEMORY",
            "message": f"{engine} ran out of memory: {one_line(str(error)) or 'an allocation failed'}",
            "remedy": "choose a smaller model or a smaller type, or close other programs",
        }
    if isinstance(error, ModuleNotFoundError):
        return {
            "code": "ENVIRONMENT",
            "message": f"the Python environment is broken: {one_line(str(error))}",
            "remedy": None,
        }
    return {"code": "ENGINE", "message": f"{type(error).__name__}: {one_line(str(error))}", "remedy": None}


def one_line(text: str) -> str:
    """The text without its line breaks, cut where nobody reads on."""
    joined = " ".join(text.split())
    return joined if len(joined) <= 600 else f"{joined[:600]}…"
