"""Rotary positions as the model's configuration means them.

Transformers 5 writes the base of the rotation, its scaling and its rotated share into `rope_parameters`; most models of
mlx-lm read them from the top level (`rope_theta`, `rope_scaling`, `partial_rotary_factor`) and take their class's own
default when they are not there. The text then still looks like text, and is another model's.
"""

import mlx.nn as nn
from quantlab_worker import WorkerError


def position_settings(config: dict) -> dict:
    """What has to be put over `config` so that mlx-lm reads it as Transformers 5 does. Empty where nothing is missing.

    `rope_parameters` wins over the old names, as in Transformers. Models that hold a text model inside
    (`text_config`) get theirs corrected as well.
    """
    settings = {}
    rope = config.get("rope_parameters")
    if isinstance(rope, dict):
        by_layer = [value for value in rope.values() if isinstance(value, dict)]
        settings.update(_layered(rope) if by_layer else _flat(rope))
    inner = config.get("text_config")
    if isinstance(inner, dict) and (corrected := position_settings(inner)):
        settings["text_config"] = {**inner, **corrected}
    return {key: value for key, value in settings.items() if config.get(key) != value}


def _flat(rope: dict) -> dict:
    settings = {name: rope[name] for name in ("rope_theta", "partial_rotary_factor") if rope.get(name) is not None}
    if rope.get("rope_type", rope.get("type", "default")) != "default":
        settings["rope_scaling"] = {key: value for key, value in rope.items() if key != "rope_theta"}
    return settings


def _layered(rope: dict) -> dict:
    """One set for layers that see everything, one for those with a window, as in Gemma 3."""
    settings = _flat(rope.get("full_attention") or {})
    if (local := (rope.get("sliding_attention") or {}).get("rope_theta")) is not None:
        settings["rope_local_base_freq"] = local
    return settings


def require_positions(model: nn.Module, config: dict) -> None:
    """Raises a WorkerError when `rope_parameters` names bases and a layer was built with none of them."""
    stated = _stated_bases(config)
    if not stated:
        return
    for name, module in model.named_modules():
        base = _base_of(module)
        if base is not None and not any(abs(base - known) <= 1e-3 * known for known in stated):
            named = ", ".join(f"{known:g}" for known in sorted(stated))
            raise WorkerError(
                f"mlx-lm built {name} of {config.get('model_type')} with the rotary base {base:g}, but the model's "
                f"configuration says {named}: its text would be wrong",
                "use another engine for this model, and report it to mlx-lm",
            )


def _stated_bases(config: dict, inside: bool = False) -> set[float]:
    bases = set()
    for key, value in config.items():
        if isinstance(value, dict):
            bases |= _stated_bases(value, inside or key == "rope_parameters")
        elif inside and key == "rope_theta" and value:
            bases.add(float(value))
    return bases


def _base_of(module: nn.Module) -> float | None:
    """The base that a rotary layer really uses; None for layers of other kinds.

    Scaled layers keep a table of wavelengths instead. Scaling stretches the long ones: the second entry stays
    base^(2/dims) in Llama 3's and YaRN's way.
    """
    if isinstance(module, nn.RoPE) or type(module).__name__ == "DynamicNTKScalingRoPE":
        return float(module.base)
    if type(module).__name__ in ("Llama3RoPE", "YarnRoPE"):
        dims = getattr(module, "dims", 0)
        return float(module._freqs[1].item()) ** (dims / 2) if dims > 2 else None
    return None
