"""MLX without the lab: load a folder, run mlx-lm's own generator, print how long it took."""

import json
import sys
import time

import mlx.core as mx
from mlx_lm import load
from mlx_lm.generate import generate_step

folder, job = sys.argv[1], json.loads(sys.argv[2])
# Any tokens do: the time of a pass does not depend on which ones they are.
ids = [100 + (place * 37) % 1000 for place in range(job["promptTokens"])]
model, _ = load(folder)
prompt = mx.array(ids)


def once() -> dict[str, float]:
    started = time.perf_counter()
    times = []
    for number, _ in enumerate(generate_step(prompt, model, max_tokens=job["newTokens"]), 1):
        times.append(time.perf_counter())
        if number == job["newTokens"]:
            break
    first, last = times[0], times[-1]
    return {"ttftMs": 1000 * (first - started), "decodeTps": (len(times) - 1) / (last - first)}


once()
runs = [once() for _ in range(job["repetitions"])]
print(json.dumps({name: [run[name] for run in runs] for name in runs[0]}))
