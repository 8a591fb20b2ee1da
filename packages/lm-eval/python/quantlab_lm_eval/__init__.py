"""lm-evaluation-harness over a model that the lab's own process holds."""

from .harness import Harness


def create_engine() -> Harness:
    """What `quantlab_worker` serves."""
    return Harness()
