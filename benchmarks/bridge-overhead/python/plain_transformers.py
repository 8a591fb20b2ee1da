"""Transformers without the lab: load a folder, decode greedily, print how long it took."""

import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM, DynamicCache

folder, job = sys.argv[1], json.loads(sys.argv[2])
# Any tokens do: the time of a pass does not depend on which ones they are.
ids = [100 + (place * 37) % 1000 for place in range(job["promptTokens"])]
torch.set_num_threads(job["threads"])
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
prompt = torch.tensor([ids])


@torch.inference_mode()
def once() -> dict[str, float]:
    cache = DynamicCache(config=model.config)
    started = time.perf_counter()
    logits = model(prompt, past_key_values=cache, use_cache=True, logits_to_keep=1).logits
    token = logits[0, -1].argmax()
    token.item()
    first = time.perf_counter()
    for _ in range(job["newTokens"] - 1):
        logits = model(token.view(1, 1), past_key_values=cache, use_cache=True, logits_to_keep=1).logits
        token = logits[0, -1].argmax()
        token.item()
    last = time.perf_counter()
    return {"ttftMs": 1000 * (first - started), "decodeTps": (job["newTokens"] - 1) / (last - first)}


once()
runs = [once() for _ in range(job["repetitions"])]
print(json.dumps({name: [run[name] for run in runs] for name in runs[0]}))
