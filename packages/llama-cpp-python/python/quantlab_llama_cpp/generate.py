"""Generation by the package's own loop, a time for each token."""

from collections.abc import Callable

import llama_cpp
from quantlab_worker import Sampling, Trace, now_ms

from .timed import TimedLlama


def generate(
    llama: TimedLlama,
    prompt_ids: list[int],
    new_tokens: int,
    stop_at_end_of_text: bool,
    sampling: Sampling | None,
    on_token: Callable[[int], None],
) -> Trace:
    """Chooses `new_tokens` tokens behind the prompt, fewer where a token that ends the text comes up."""
    vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
    # Otherwise a prompt that it has just seen would not be computed again.
    llama.reset()
    llama.passed_tokens = 0
    trace = Trace(started_at=now_ms(), prompt_done_at=None)
    tokens = llama.generate(prompt_ids, **_settings(llama, sampling))
    try:
        for token in tokens:
            if trace.prompt_done_at is None:
                trace.prompt_done_at = llama.passed_at
            if stop_at_end_of_text and llama_cpp.llama_vocab_is_eog(vocabulary, token):
                trace.end_token = token
                break
            trace.token_at.append(now_ms())
            trace.token_ids.append(token)
            on_token(token)
            if len(trace.token_ids) == new_tokens:
                break
    finally:
        tokens.close()
    # The prompt and every token but the last: what was really computed.
    trace.counters["evaluatedTokens"] = llama.passed_tokens
    return trace


def _settings(llama: TimedLlama, sampling: Sampling | None) -> dict[str, float]:
    if sampling is None:
        return {"temp": 0.0}
    llama.set_seed(sampling.seed)
    # 0 and 1 switch the filters off.
    top_k = sampling.top_k or 0
    top_p = 1.0 if sampling.top_p is None else sampling.top_p
    return {"temp": sampling.temperature, "top_k": top_k, "top_p": top_p, "min_p": 0.0}
