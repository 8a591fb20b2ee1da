"""MLX without the lab: load a folder, run mlx-lm's own generator, print how long it took."""

import json
import sys
import time

import mlx.core as mx
from mlx_lm import load
from mlx_lm.generate import generate_step

job = json.loads(sys.argv[1])
model, _ = load(job["folder"])
prompt = mx.array(job["promptIds"])


def once() -> dict[str, float]:
    started = time.perf_counter()
    times = []
    for number, _ in enumerate(generate_step(prompt, model, max_tokens=job["newTokens"]), 1):
        times.append(time.perf_counter())
        if number == job["newTokens"]:
            break
    first, last = times[0], times[-1]
    return {"prompt": len(job["promptIds"]) / (first - started), "decode": (len(times) - 1) / (last - first)}


once()
runs = [once() for _ in range(job["repetitions"])]
print(json.dumps({"promptTps": [run["prompt"] for run in runs], "decodeTps": [run["decode"] for run in runs]}))
