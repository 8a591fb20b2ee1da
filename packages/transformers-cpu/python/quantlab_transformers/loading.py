"""From a folder to a model in memory."""

import warnings
from pathlib import Path
from typing import Any

import torch
from quantlab_worker import WorkerError
from quantlab_worker.errors import one_line
from safetensors import safe_open
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

DTYPES = {"auto": "auto", "float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def load_model(path: str, dtype: str, quantize: str | None) -> PreTrainedModel:
    """The model in evaluation mode. `dtype` is also what a quantized model computes in."""
    folder = Path(path)
    if not (folder / "config.json").is_file():
        raise WorkerError(
            f"{path} is no model: it has no config.json", "give a folder with config.json, weights and tokenizer"
        )
    if quantize:
        _require_numbers(folder)
    # Quantized weights that come from elsewhere keep their own method.
    extra = {"quantization_config": bitsandbytes(quantize, dtype)} if quantize else {}
    return read_weights(path, folder, dtype=DTYPES[dtype], **extra).eval()


def read_weights(name: str, folder: Path, **settings: Any) -> PreTrainedModel:
    """The model in a folder, or in a `gguf_file` of it, with all its weights; errors speak of `name`."""
    file = {key: settings[key] for key in ("gguf_file",) if key in settings}
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, **file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # What cannot go on with a text, such as BERT, gives vectors.
            kind = AutoModelForCausalLM if writes_text(config) else AutoModel
            model, found = kind.from_pretrained(
                folder,
                config=config,
                local_files_only=True,
                device_map={"": "cpu"},
                output_loading_info=True,
                **settings,
            )
    except MemoryError:
        raise
    except Exception as error:
        if "memory" in str(error).lower():
            raise
        raise WorkerError(
            f"cannot load {name}: {one_line(str(error)) or type(error).__name__}",
            "check that the folder holds a causal language model with all its files",
        ) from error
    _require_all_weights(name, found)
    return model


def writes_text(config: PreTrainedConfig) -> bool:
    """False for encoders; some of them also have a causal form, which nobody trained."""
    names = getattr(config, "architectures", None) or []
    return not names or any("CausalLM" in name or "LMHead" in name or "Conditional" in name for name in names)


def _require_all_weights(path: str, found: dict[str, Any]) -> None:
    """Transformers fills in at random what the folder lacks, and passes over what the model has no place for."""
    for what in ("missing", "unexpected", "mismatched"):
        names = sorted(name if isinstance(name, str) else name[0] for name in found[f"{what}_keys"])
        if names:
            others = f" and {len(names) - 1} more" if len(names) > 1 else ""
            raise WorkerError(
                f"{path} does not hold the weights that its config.json tells of: {what} {names[0]}{others}",
                "fetch the folder again, or restore its config.json",
                "BAD_FILE",
            )


def _require_numbers(folder: Path) -> None:
    """Quantizing would hide a weight that is none in its block's scale. One tensor at a time is in memory."""
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as tensors:
            for name in tensors.keys():
                tensor = tensors.get_tensor(name)
                if tensor.is_floating_point() and not tensor.isfinite().all():
                    raise WorkerError(
                        f"{folder}: {name} holds weights that are no numbers",
                        "fetch or train the model again",
                        "BAD_FILE",
                    )


def bitsandbytes(quantize: str, dtype: str) -> BitsAndBytesConfig:
    """NF4 and FP4 with single quantization of blocks of 64; int8 with LLM.int8's outlier threshold: the defaults."""
    if quantize == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type=quantize, bnb_4bit_compute_dtype=dtype)


def load_tokenizer(path: str) -> PreTrainedTokenizerBase | None:
    """The folder's tokenizer; None where there is none, since a model also runs on ids."""
    if not any(
        (Path(path) / name).is_file() for name in ("tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt")
    ):
        return None
    return AutoTokenizer.from_pretrained(path, local_files_only=True)


def end_tokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase | None) -> frozenset[int]:
    """Tokens that end the text, by the generation settings, the configuration and the tokenizer together."""
    named: list[Any] = [
        getattr(getattr(model, "generation_config", None), "eos_token_id", None),
        getattr(model.config, "eos_token_id", None),
        getattr(tokenizer, "eos_token_id", None),
    ]
    flat = [each for name in named for each in (name if isinstance(name, list) else [name])]
    return frozenset(each for each in flat if isinstance(each, int))
