"""From a quantized GGUF file to a Hugging Face folder with full weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer

from .loading import read_weights


def restore(params: dict[str, Any], progress: Callable[[Any], None]) -> dict[str, Any]:
    """Writes the model of the GGUF file `source` to the new folder `destination`, in float32."""
    source, destination = Path(params["source"]), Path(params["destination"])
    progress(_step("read the weights"))
    model = read_weights(str(source), source.parent, gguf_file=source.name, dtype=torch.float32)
    # It is quantized no longer, and a folder that says so would be refused.
    model.hf_quantizer = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    progress(_step("write the weights"))
    model.save_pretrained(destination)
    AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name, local_files_only=True).save_pretrained(destination)
    return {}


def _step(name: str) -> dict[str, Any]:
    return {"step": name, "done": 0, "total": None, "unit": "steps"}
