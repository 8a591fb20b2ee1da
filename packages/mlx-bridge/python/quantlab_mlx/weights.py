"""Loading a folder, and what its weights take in memory."""

from pathlib import Path

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_flatten
from mlx_lm.utils import load_config, load_model, load_tokenizer
from quantlab_worker import WorkerError
from quantlab_worker.errors import one_line

from .positions import position_settings, require_positions


_REMEDY = "give a folder with config.json and safetensors of a model that mlx-lm knows"


def load_folder(path: str, lazy: bool = False):
    """The model, its tokenizer and its configuration, with rotary positions as the configuration means them.

    `lazy` leaves the weights on disk until they are used. Code inside the folder is never run.
    """
    folder = Path(path)
    if not (folder / "config.json").is_file():
        raise WorkerError(f"{path} holds no config.json", _REMEDY, "BAD_FILE")
    try:
        config = load_config(folder)
        model, config = load_model(folder, lazy=lazy, model_config=position_settings(config))
        tokenizer = load_tokenizer(folder, eos_token_ids=config.get("eos_token_id"))
    except MemoryError:
        raise
    except Exception as cause:
        # mlx-lm looks at nothing before it uses it, so a folder's faults come out as any kind of exception.
        problem = one_line(str(cause)) or "no reason given"
        raise WorkerError(f"{path} does not load: {type(cause).__name__}: {problem}", _REMEDY, "BAD_FILE") from cause
    require_positions(model, config)
    return model, tokenizer, config


def weight_bytes(model: nn.Module) -> dict[str, int]:
    """Bytes of the weights as they are held: "4-bit" with its scales and offsets, and the others by data type."""
    held: dict[str, int] = {}
    packed = {name: module for name, module in model.named_modules() if hasattr(module, "bits")}
    for name, array in tree_flatten(model.parameters()):
        layer, _, part = name.rpartition(".")
        quantized = layer in packed and part in ("weight", "scales", "biases")
        kind = f"{packed[layer].bits}-bit" if quantized else type_name(array.dtype)
        held[kind] = held.get(kind, 0) + array.nbytes
    return dict(sorted(held.items()))


def type_name(data_type: mx.Dtype) -> str:
    """ "float16"."""
    return str(data_type).removeprefix("mlx.core.")


def device() -> tuple[str, str]:
    """Kind and full name of what computes arrays unless said: ("Metal", "Metal (Apple M2 Pro)"), ("CPU", "CPU")."""
    if mx.default_device().type == mx.DeviceType.cpu:
        return "CPU", "CPU"
    kind = "Metal" if mx.metal.is_available() else "GPU"
    model = mx.device_info().get("device_name")
    return kind, f"{kind} ({model})" if model else kind
