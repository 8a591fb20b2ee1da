"""From a Hugging Face folder to a folder in MLX form."""

import shutil
from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_map_with_path
from mlx_lm.convert import mixed_quant_predicate_builder
from mlx_lm.utils import quantize_model, save_config, save_model
from quantlab_worker import WorkerError

from .learned import METHODS, Progress, step
from .weights import load_folder, weight_bytes

_DATA_TYPES = {"float32": mx.float32, "bfloat16": mx.bfloat16, "float16": mx.float16}

def convert(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Writes the model in `source` to the new folder `destination`; returns the weights' bytes by kind.

    `dataType`: of all that is not quantized; null leaves it as it is. `quantization`: null, or {bits, groupSize, recipe,
    exclude, learned}; `recipe` is one of mlx-lm's mixes ("3_6"), `exclude` names modules that keep full weights,
    `learned` is null or {method, calibration, samples, sequenceLength, seed}.
    """
    progress(step("read the weights"))
    model, tokenizer, config = load_folder(params["source"], lazy=True)
    if (config.get("quantization") or config.get("quantization_config")) is not None:
        raise WorkerError(
            f"{params['source']} is quantized already: its losses would be taken for this conversion's",
            "give a folder with full weights",
            "BAD_FILE",
        )
    _require_numbers(Path(params["source"]))
    if (data_type := params["dataType"]) is not None:
        _cast(model, _DATA_TYPES[data_type])
        config.update({name: data_type for name in ("dtype", "torch_dtype") if name in config})
    if (wanted := params["quantization"]) is not None:
        _require_modules(model, wanted["exclude"])
        _require_rows(model, wanted)
        progress(step("quantize"))
        if wanted["learned"] is None:
            config = _quantize(model, config, wanted)
        else:
            method = METHODS[wanted["learned"]["method"]]
            model, config = method(model, tokenizer, config, wanted, progress)
    progress(step("write the weights"))
    held = weight_bytes(model)
    _save(model, config, Path(params["source"]), Path(params["destination"]))
    return {"buffers": held}


def _require_numbers(source: Path) -> None:
    """Quantizing would hide a weight that is none in its group's scale. One tensor at a time is in memory."""
    for file in sorted(source.glob("*.safetensors")):
        arrays = mx.load(str(file))
        while arrays:
            name, array = arrays.popitem()
            if mx.issubdtype(array.dtype, mx.floating) and not mx.isfinite(array).all().item():
                raise WorkerError(
                    f"{source}: {name} holds weights that are no numbers", "fetch or train the model again", "BAD_FILE"
                )


def _cast(model: nn.Module, data_type: mx.Dtype) -> None:
    """All weights that are no whole numbers, but those that the model wants to keep as they are."""
    allowed = getattr(model, "cast_predicate", lambda _: True)

    def cast(name: str, array: mx.array) -> mx.array:
        return array.astype(data_type) if allowed(name) and mx.issubdtype(array.dtype, mx.floating) else array

    model.update(tree_map_with_path(cast, model.parameters()))


def _quantize(model: nn.Module, config: dict, wanted: dict[str, Any]) -> dict:
    recipe, exclude, group_size = wanted["recipe"], wanted["exclude"], wanted["groupSize"]
    choose = getattr(model, "quant_predicate", None)
    if recipe is not None:
        try:
            choose = mixed_quant_predicate_builder(f"mixed_{recipe}", model, group_size)
        except ValueError as cause:
            remedy = "choose one number of bits for all"
            raise WorkerError(f"the mix {recipe} does not fit this model: {cause}", remedy) from cause

    def predicate(path: str, module: nn.Module) -> bool | dict:
        if any(_is_named(path, name) for name in exclude):
            return False
        return True if choose is None else choose(path, module)

    return quantize_model(model, config, group_size, wanted["bits"], quant_predicate=predicate)[1]


def _is_named(path: str, name: str) -> bool:
    """ "embed_tokens" and "mlp.down_proj" name every module whose path has these parts in a row."""
    return f".{name}." in f".{path}."


def _require_modules(model: nn.Module, exclude: list[str]) -> None:
    paths = [path for path, module in model.named_modules() if hasattr(module, "to_quantized")]
    for name in exclude:
        if not any(_is_named(path, name) for path in paths):
            known = ", ".join(sorted({path.rpartition(".")[2] for path in paths}))
            raise WorkerError(f'the model has no module "{name}" to leave out', f"it has {known}")


def _require_rows(model: nn.Module, wanted: dict[str, Any]) -> None:
    """mlx-lm passes over rows that no group divides in silence, and the model would be named after what it is not."""
    group_size = wanted["groupSize"]
    matrices = [
        (path, module.weight.shape[-1])
        for path, module in model.named_modules()
        if hasattr(module, "to_quantized") and not any(_is_named(path, name) for name in wanted["exclude"])
    ]
    left = [(path, width) for path, width in matrices if width % group_size != 0]
    if left:
        path, width = left[0]
        raise WorkerError(
            f"{len(left)} of {len(matrices)} matrices would keep full weights: rows of {width}, as {path} has, "
            f"cannot be divided into groups of {group_size}",
            "choose a smaller group size",
        )


def _save(model: nn.Module, config: dict, source: Path, destination: Path) -> None:
    """The tokenizer's files are copied byte for byte: writing them anew could change what a text's tokens are."""
    save_model(destination, model, donate_model=True)
    save_config(config, destination / "config.json")
    for file in sorted(source.iterdir()):
        copied = file.suffix in (".json", ".model", ".jinja", ".txt", ".tiktoken")
        if file.is_file() and copied and not file.name.endswith(".index.json") and file.name != "config.json":
            shutil.copyfile(file, destination / file.name)
