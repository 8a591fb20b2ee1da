"""Hugging Face Transformers on the CPU, for the lab."""

from .engine import TransformersEngine


def create_engine() -> TransformersEngine:
    """What the worker serves."""
    return TransformersEngine()
