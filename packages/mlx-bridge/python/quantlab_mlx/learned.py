"""mlx-lm's learned quantizations, on a calibration text of the lab's.

mlx-lm's own commands fetch their texts from the network; the text given here is known and hashed.
"""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optimizers
import numpy as np
from mlx_lm.quant import awq, dwq, gptq
from mlx_lm.quant.awq import AWQ_MODEL_CONFIGS, awq_quantize, update_config
from mlx_lm.quant.dwq import dwq_quantize
from mlx_lm.quant.gptq import gptq_quantize
from mlx_lm.utils import quantize_model
from quantlab_worker import WorkerError
from tqdm import tqdm

# The settings of mlx-lm's commands for what these methods do not reach.
_AWQ_EMBEDDING = {"embed_bits": 4, "embed_group_size": 32}
_GPTQ_FALLBACK = {"fallback_bits": 6, "fallback_group_size": 64}
_DWQ_LEARNING_RATE = 1e-6
_DWQ_BATCH = 4

Progress = Callable[[Any], None]


def step(name: str) -> dict[str, Any]:
    """A `Progress` of the lab's."""
    return {"step": name, "done": 0, "total": None, "unit": "steps"}


class _Bar(tqdm):
    """mlx-lm's bar as the lab's progress: a layer may take a minute, and who says nothing for long is ended."""

    tell: Callable[[int, int | None], None] = staticmethod(lambda done, total: None)

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:
        """Instead of drawing it on stderr."""
        _Bar.tell(self.n, self.total)
        return True


for _module in (awq, dwq, gptq):
    _module.tqdm = _Bar


def _start(name: str, progress: Progress) -> None:
    """Tells that this step begins, then how far mlx-lm is with it."""
    _Bar.tell = lambda done, total: progress({**step(name), "done": done, "total": total})
    progress(step(name))


def _awq(model: nn.Module, tokenizer, config: dict, wanted: dict, progress: Progress) -> tuple[nn.Module, dict]:
    """Activation-aware: scales and clips weights before they are rounded."""
    if (settings := AWQ_MODEL_CONFIGS.get(config["model_type"])) is None:
        known = ", ".join(AWQ_MODEL_CONFIGS)
        raise WorkerError(f"mlx-lm has no AWQ for {config['model_type']} models", f"it has it for {known}")
    samples = _calibration(tokenizer, wanted["learned"])
    _start("quantize with AWQ", progress)
    awq_quantize(
        model, samples, settings, bits=wanted["bits"], group_size=wanted["groupSize"], **_AWQ_EMBEDDING
    )
    return model, update_config(model, config)


def _gptq(model: nn.Module, tokenizer, config: dict, wanted: dict, progress: Progress) -> tuple[nn.Module, dict]:
    """Rounds weight by weight and lets the others make up for it."""
    samples = _calibration(tokenizer, wanted["learned"])
    _start("quantize with GPTQ", progress)
    model, quantization = gptq_quantize(model, samples, wanted["bits"], wanted["groupSize"], **_GPTQ_FALLBACK)
    return model, {**config, "quantization": quantization}


def _dwq(model: nn.Module, tokenizer, config: dict, wanted: dict, progress: Progress) -> tuple[nn.Module, dict]:
    """Distilled: trains scales and offsets until the quantized model says what the full one says."""
    learned = wanted["learned"]
    samples = [(row, 0) for row in _calibration(tokenizer, learned).tolist()]
    held_out = max(_DWQ_BATCH, len(samples) // 8)
    if len(samples) < 2 * held_out:
        raise WorkerError(
            f"DWQ needs {2 * _DWQ_BATCH} pieces of text or more, the calibration text gives {len(samples)}",
            "give a longer calibration text, or shorter pieces",
        )
    student = copy.deepcopy(model)
    student, config = quantize_model(student, config, wanted["groupSize"], wanted["bits"])
    data_type = next(module.scales.dtype for _, module in student.named_modules() if hasattr(module, "bits"))
    np.random.seed(learned["seed"])
    _start("quantize with DWQ", progress)
    dwq_quantize(
        student,
        lambda batch, _, split: model(batch),
        optimizers.Adam(learning_rate=_DWQ_LEARNING_RATE, bias_correction=True),
        samples[held_out:],
        samples[:held_out],
        batch_size=_DWQ_BATCH,
        max_seq_length=learned["sequenceLength"],
        seed=learned["seed"],
        dtype=data_type,
    )
    student.eval()
    return student, config


def _calibration(tokenizer, learned: dict) -> mx.array:
    """Tokens [samples, sequence length], pieces of the text in an order drawn from the seed."""
    mx.random.seed(learned["seed"])
    length = learned["sequenceLength"]
    text = Path(learned["calibration"]).read_text("utf-8")
    tokens = tokenizer._tokenizer.encode(
        text, add_special_tokens=False, split_special_tokens=True, verbose=False
    )
    count = len(tokens) // length
    if count == 0:
        raise WorkerError(
            f"the calibration text {learned['calibration']} has {len(tokens)} tokens, fewer than one piece of {length}",
            "give a longer text",
        )
    pieces = mx.array(tokens[: count * length]).reshape(count, length)
    return pieces[mx.random.permutation(count)[: learned["samples"]]]


METHODS = {"awq": _awq, "gptq": _gptq, "dwq": _dwq}
