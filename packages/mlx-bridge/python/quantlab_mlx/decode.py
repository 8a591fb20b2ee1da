"""Greedy and sampled generation, one timestamp a token.

The order of work is mlx-lm's own: the prompt up to its last token in steps, evaluated for its cache alone; then the
last token; then every next step is handed over before the one under way is waited for. Only so does Python's work hide
behind the computing, and the speed is mlx-lm's.
"""

from collections.abc import Callable, Iterator

import mlx.core as mx
from mlx_lm.models.cache import make_prompt_cache
from quantlab_worker import Trace, now_ms
from quantlab_worker.errors import require_numbers

# mlx-lm's own: larger steps need more memory and win nothing.
prefill_step = 2048
# Freed buffers are kept for reuse; as the cache grows its old ones fit nothing any more.
steps_between_cleaning = 256


def prefill(model, ids: list[int], cache) -> None:
    """Runs `ids` for the cache alone: logits that nobody reads are never computed."""
    for start in range(0, len(ids), prefill_step):
        model(mx.array(ids[start : start + prefill_step])[None], cache=cache)
        mx.eval([layer.state for layer in cache])
        mx.clear_cache()


def decode(
    model,
    prompt_ids: list[int],
    new_tokens: int,
    choose: Callable[[mx.array], mx.array],
    ends: frozenset[int],
    on_token: Callable[[int], None],
) -> Trace:
    """One fresh sequence; the trace has no counters yet.

    `choose` takes logits [1, vocabulary] and gives a token [1]. A token of `ends` stops it and is not given back.
    """
    started_at = now_ms()
    cache = make_prompt_cache(model)
    prefill(model, prompt_ids[:-1], cache)
    logits = model(mx.array(prompt_ids[-1:])[None], cache=cache)[:, -1, :]
    mx.eval(logits)
    trace = Trace(started_at=started_at, prompt_done_at=now_ms())
    try:
        for token, total, at in _tokens(model, cache, logits, new_tokens, choose):
            require_numbers(total, len(prompt_ids) + len(trace.token_ids) - 1)
            if token in ends:
                trace.end_token = token
                break
            trace.token_ids.append(token)
            trace.token_at.append(at)
            on_token(token)
    finally:
        # After an early end a step is still under way, and would count into whatever comes next.
        mx.synchronize()
    return trace


def _tokens(model, cache, logits: mx.array, count: int, choose) -> Iterator[tuple[int, float, float]]:
    """
    `count` tokens, each with ln Σ exp of its logits, no finite number where one of them is none, and the time at which it
    was there; the step after it is under way by then.
    """

    def pick(logits: mx.array) -> tuple[mx.array, mx.array]:
        return choose(logits), mx.logsumexp(logits, axis=-1)

    def hand_over(token: mx.array) -> tuple[mx.array, mx.array]:
        following = pick(model(token[None], cache=cache)[:, -1, :])
        mx.async_eval(following)
        return following

    if count < 1:
        return
    token, total = pick(logits)
    yield token.item(), total.item(), now_ms()
    following = hand_over(token) if count > 1 else None
    for number in range(2, count + 1):
        token, total = following
        if number < count:
            following = hand_over(token)
        yield token.item(), total.item(), now_ms()
        if number % steps_between_cleaning == 0:
            mx.clear_cache()
