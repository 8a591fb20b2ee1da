"""Greedy and sampled generation, one forward pass a token, a time for each."""

from collections.abc import Callable

import torch
from quantlab_worker import Sampling, Trace, now_ms
from quantlab_worker.errors import require_numbers

from .sampling import Sampler
from .stepper import Stepper


@torch.inference_mode()
def generate(
    stepper: Stepper,
    prompt_ids: list[int],
    new_tokens: int,
    ends: frozenset[int],
    sampling: Sampling | None,
    on_token: Callable[[int], None],
) -> Trace:
    """Chooses `new_tokens` tokens behind the prompt, fewer where one of `ends` comes up."""
    sampler = Sampler(sampling) if sampling else None
    prompt = torch.tensor([prompt_ids], dtype=torch.long)
    stepper.clear()
    trace = Trace(started_at=now_ms(), prompt_done_at=None)
    logits = stepper.run(prompt, 1)
    trace.prompt_done_at = now_ms()
    while len(trace.token_ids) < new_tokens:
        # Both become numbers of Python's, so everything before them has really been computed.
        highest, likeliest = logits[0].max(0)
        require_numbers(float(highest), len(prompt_ids) + len(trace.token_ids) - 1)
        chosen = sampler.draw(logits[0]) if sampler else likeliest
        token = int(chosen)
        if token in ends:
            trace.end_token = token
            break
        trace.token_at.append(now_ms())
        trace.token_ids.append(token)
        on_token(token)
        if len(trace.token_ids) < new_tokens:
            logits = stepper.run(chosen.view(1, 1), 1)
    stepper.forget()
    return trace
