"""Training: each window is seen once, the rate is warm-up, flat, decay; the loss of every step is written down."""

import argparse
import csv
import json
import os
import shutil
import time

import torch

from . import settings
from .model import Llama
from .paths import WORK


def windows(split: str) -> torch.Tensor:
    stream = torch.frombuffer(bytearray((WORK / f"{split}.bin").read_bytes()), dtype=torch.uint16).long()
    count = (len(stream) - 1) // settings.CONTEXT
    # One more token than a window, so that each has its targets.
    return stream[: count * settings.CONTEXT + 1].unfold(0, settings.CONTEXT + 1, settings.CONTEXT)


def optimizers(model: Llama, muon: bool) -> list[tuple[torch.optim.Optimizer, float]]:
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embed" not in n]
    embedding = [model.embed_tokens.weight]
    norms = [p for p in model.parameters() if p.dim() == 1]
    adam = lambda groups: torch.optim.AdamW(groups, lr=settings.ADAM_RATE, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
    if not muon:
        return [(adam([{"params": matrices, "weight_decay": settings.WEIGHT_DECAY}, {"params": embedding + norms}]), settings.ADAM_RATE)]
    orthogonal = torch.optim.Muon(matrices, lr=settings.MUON_RATE, weight_decay=settings.WEIGHT_DECAY, momentum=0.95,
                                  adjust_lr_fn="match_rms_adamw")
    return [(orthogonal, settings.MUON_RATE), (adam([{"params": embedding + norms}]), settings.ADAM_RATE)]


def rate(step: int, progress: float, warmup: int, decay_share: float) -> float:
    return min((step + 1) / warmup, 1.0, max(0.0, (1 - progress) / decay_share))


@torch.no_grad()
def validation_loss(model, batches: torch.Tensor) -> float:
    losses = []
    for batch in batches.split(settings.BATCH):
        losses.append(model(batch[:, :-1], batch[:, 1:]).item())
    return sum(losses) / len(losses)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=settings.STEPS)
    parser.add_argument("--minutes", type=float, default=0, help="end the schedule early if this time is up (0: never)")
    parser.add_argument("--adam", action="store_true", help="AdamW for every tensor instead of Muon for matrices")
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--bf16", action="store_true", help="faster only where the processor multiplies BF16 quickly")
    parser.add_argument("--resume", help="go on from these weights")
    parser.add_argument("--skip", type=int, default=0, help="steps that the resumed weights have seen; their windows are passed over")
    parser.add_argument("--decay-share", type=float, default=settings.DECAY_SHARE)
    parser.add_argument("--name", default="final")
    options = parser.parse_args()
    torch.manual_seed(settings.SEED)
    torch.set_num_threads(os.cpu_count() or 2)
    model = Llama()
    if options.resume:
        model.load_state_dict(torch.load(options.resume, weights_only=True))
    # Compiling takes half a minute and makes every step a quarter faster, but it needs a C++ compiler.
    compiler = os.environ.get("CXX") or shutil.which("g++") or shutil.which("clang++")
    run = torch.compile(model) if compiler and not options.no_compile else model
    train, valid = windows("train"), windows("valid")[:32]
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(settings.SEED))
    order = order[options.skip * settings.BATCH:]
    # Resumed weights are warm; only the averages inside the optimizers start anew.
    warmup = 5 if options.resume else settings.WARMUP_STEPS
    steps = min(options.steps, len(order) // settings.BATCH)
    pairs = optimizers(model, not options.adam)
    began = saved = time.monotonic()
    with open(WORK / f"{options.name}-loss.csv", "w", newline="") as file:
        log = csv.writer(file)
        log.writerow(["step", "tokens", "seconds", "loss", "valid_loss"])
        for step in range(steps):
            elapsed = time.monotonic() - began
            progress = max(step / steps, elapsed / 60 / options.minutes if options.minutes else 0)
            if progress >= 1:
                break
            batch = train[order[step * settings.BATCH:(step + 1) * settings.BATCH]]
            with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
                loss = run(batch[:, :-1], batch[:, 1:])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optimizer, peak in pairs:
                for group in optimizer.param_groups:
                    group["lr"] = peak * rate(step, progress, warmup, options.decay_share)
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            check = validation_loss(run, valid) if step % 100 == 99 else None
            number = options.skip + step + 1
            log.writerow([number, number * settings.BATCH * settings.CONTEXT, round(time.monotonic() - began, 1),
                          round(loss.item(), 4), "" if check is None else round(check, 4)])
            if step % 10 == 9:
                file.flush()
                print(f"step {step + 1}/{steps} loss {loss.item():.3f} valid {check} {time.monotonic() - began:.0f} s", flush=True)
            if time.monotonic() - saved > 180:
                torch.save(model.state_dict(), WORK / f"{options.name}-checkpoint.pt")
                saved = time.monotonic()
            done = number
        torch.save(model.state_dict(), WORK / f"{options.name}.pt")
    facts = {"steps": done, "tokens": done * settings.BATCH * settings.CONTEXT, "minutes": round((time.monotonic() - began) / 60, 1),
             "parameters": sum(p.numel() for p in model.parameters()), "valid_loss": round(validation_loss(run, windows("valid")[:96]), 4),
             "optimizer": "AdamW" if options.adam else "Muon for matrices, AdamW for the rest", "threads": torch.get_num_threads()}
    (WORK / f"{options.name}-run.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(facts)


if __name__ == "__main__":
    main()
