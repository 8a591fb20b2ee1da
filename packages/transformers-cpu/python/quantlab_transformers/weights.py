"""What the weights take in memory, as they are held."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

# Objects of bitsandbytes that hang on a weight and hold what is needed to read it: scales, code books.
_ATTACHED = ("quant_state", "state", "state2", "CB", "SCB", "absmax", "code", "offset")


def weight_bytes(model: nn.Module) -> dict[str, int]:
    """Bytes by kind ("CPU float32", "CPU uint8"); storage that several weights share counts once."""
    kinds: dict[str, int] = defaultdict(int)
    seen: set[int] = set()
    for tensor in _tensors(model):
        storage = tensor.untyped_storage()
        if storage.nbytes() == 0 or storage.data_ptr() in seen:
            continue
        seen.add(storage.data_ptr())
        kinds[f"CPU {str(tensor.dtype).removeprefix('torch.')}"] += storage.nbytes()
    return dict(kinds)


def _tensors(model: nn.Module) -> Iterator[torch.Tensor]:
    for tensor in [*model.parameters(), *model.buffers()]:
        yield tensor
        yield from _attached(tensor)
    for module in model.modules():
        yield from _attached(module)


def _attached(holder: Any) -> Iterator[torch.Tensor]:
    for name in _ATTACHED:
        value = getattr(holder, name, None)
        if isinstance(value, torch.Tensor):
            yield value
        elif value is not None and type(value).__module__.startswith("bitsandbytes"):
            yield from _attached(value)
