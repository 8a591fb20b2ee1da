"""From a quantized GGUF file to a Hugging Face folder with full weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from gguf import GGUFReader
from quantlab_worker.errors import WorkerError
from tokenizers.pre_tokenizers import ByteLevel, Digits, PreTokenizer, Sequence
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
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name, local_files_only=True)
    tokenizer.backend_tokenizer.pre_tokenizer = _pre_tokenizer(source)
    tokenizer.save_pretrained(destination)
    return {}


# By the name that llama.cpp gives them. Transformers reads the vocabulary of a GGUF file and not where it cuts words.
PRE_TOKENIZERS: dict[str, Callable[[], PreTokenizer]] = {
    "smollm": lambda: Sequence([Digits(individual_digits=True), ByteLevel(add_prefix_space=False)]),
}


def _pre_tokenizer(source: Path) -> PreTokenizer:
    field = GGUFReader(source).get_field("tokenizer.ggml.pre")
    name = "none" if field is None else str(field.contents())
    if name not in PRE_TOKENIZERS:
        known = ", ".join(PRE_TOKENIZERS)
        raise WorkerError(f"{source.name} cuts words by the pre-tokenizer {name}, and only these can be restored: {known}")
    return PRE_TOKENIZERS[name]()


def _step(name: str) -> dict[str, Any]:
    return {"step": name, "done": 0, "total": None, "unit": "steps"}
