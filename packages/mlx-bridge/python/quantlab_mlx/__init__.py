"""MLX as an engine of the lab: loading, generating, scoring, converting."""

from .engine import MlxEngine


def create_engine() -> MlxEngine:
    """What the worker serves."""
    return MlxEngine()
