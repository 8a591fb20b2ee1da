"""One run of the harness."""

import json
import math
from typing import Any

from lm_eval import simple_evaluate
from lm_eval.utils import handle_non_serializable

from .dialogue import Ask
from .model import LabModel
from .tasks import task_of


def evaluate(tasks: list[dict[str, Any]], ask: Ask) -> Any:
    """The harness's results with its samples, as it would write them to a file."""
    results = simple_evaluate(model=LabModel(ask), tasks=[task_of(each, ask) for each in tasks])
    return _plain(json.loads(json.dumps(results, default=handle_non_serializable)))


def _plain(value: Any) -> Any:
    """A figure that is no number, the error of a single item for example, is null: JSON knows no NaN."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
