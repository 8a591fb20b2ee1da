"""The lab's tasks as tasks of the harness, made on the fly: nothing is fetched, nothing lies on the disk."""

from typing import Any

import numpy as np
from datasets import Dataset
from lm_eval.api.registry import register_metric
from lm_eval.api.task import ConfigurableTask

from .dialogue import Ask


@register_metric(metric="acc_token", higher_is_better=True, output_type="multiple_choice", aggregation="mean")
def acc_token(items: Any) -> Any:
    """Right by the likelihood a token; `ChoiceTask` works it out."""
    return items


class ChoiceTask(ConfigurableTask):
    """Adds `acc_token` to the harness's own `acc` and `acc_norm`."""

    def process_results(self, doc: dict[str, Any], results: Any) -> dict[str, Any]:
        """The harness's judgement of one question, and ours by the tokens of its choices."""
        log_likelihoods = np.array([log_likelihood for log_likelihood, _ in results])
        taken = int(np.argmax(log_likelihoods / np.array(doc["tokens"])))
        return {**super().process_results(doc, results), "acc_token": float(taken == doc["answer"])}


def task_of(given: dict[str, Any], ask: Ask) -> ConfigurableTask:
    """A task that the lab describes: {"task", "kind", "settings", "docs"}. Of written answers the lab tells which are right."""
    if given["kind"] == "generation":
        return ConfigurableTask(config=_written(given, ask))
    return ChoiceTask(config=_choices(given))


def _choices(given: dict[str, Any]) -> dict[str, Any]:
    return {
        **_common(given, ["acc", "acc_norm", "acc_token"]),
        "output_type": "multiple_choice",
        "doc_to_choice": "choices",
        "target_delimiter": given["settings"]["delimiter"],
    }


def _written(given: dict[str, Any], ask: Ask) -> dict[str, Any]:
    judge = given["settings"]["judge"]

    def process_results(doc: dict[str, Any], results: list[str]) -> dict[str, int]:
        (right,) = ask("judge", [[results[0], doc["accept"], judge]])
        return {"exact_match": int(right)}

    return {
        **_common(given, ["exact_match"]),
        "output_type": "generate_until",
        "generation_kwargs": {"until": [], "max_gen_toks": given["settings"]["newTokens"], "do_sample": False},
        "process_results": process_results,
    }


def _common(given: dict[str, Any], metrics: list[str]) -> dict[str, Any]:
    return {
        "task": given["task"],
        "custom_dataset": lambda **_: {"test": Dataset.from_list(given["docs"])},
        "test_split": "test",
        "doc_to_text": "prompt",
        "doc_to_target": "answer",
        "num_fewshot": 0,
        "metric_list": [
            {"metric": metric, "aggregation": "mean", "higher_is_better": True} for metric in metrics
        ],
        "metadata": {"version": 1},
    }
