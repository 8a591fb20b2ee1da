"""llama-cpp-python, for the lab."""

from .engine import LlamaCppEngine


def create_engine() -> LlamaCppEngine:
    """What the worker serves."""
    return LlamaCppEngine()
