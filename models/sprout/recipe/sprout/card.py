"""The model card, the loss curve and the checksums. What the lab writes between its markers is kept."""

import argparse
import csv
import hashlib
import json
import shutil
from string import Template

from . import settings
from .chart import loss_chart
from .concepts import CONCEPTS
from .paths import MODEL, RECIPE, TASKS, WORK

BEGIN, END = "<!-- lab:scores:begin -->", "<!-- lab:scores:end -->"


def curve(name: str) -> None:
    shutil.copyfile(WORK / f"{name}-loss.csv", MODEL / "loss.csv")
    with open(MODEL / "loss.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    checks = [(int(row["tokens"]), float(row["valid_loss"])) for row in rows if row["valid_loss"]]
    (MODEL / "loss.svg").write_text(loss_chart([int(row["tokens"]) for row in rows], [float(row["loss"]) for row in rows], checks))


def kept_scores(card) -> str:
    if card.is_file():
        text = card.read_text(encoding="utf-8")
        if BEGIN in text and END in text:
            return text.split(BEGIN, 1)[1].split(END, 1)[0]
    return "\n"


def checksums() -> None:
    files = sorted(path for folder in ("hf", "tasks", "text") for path in (MODEL / folder).iterdir()) + [MODEL / "sprout-F16.gguf"]
    (MODEL / "SHA256SUMS").write_text("".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(MODEL).as_posix()}\n" for path in files))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default="final", help="the run that the exported weights come from")
    name = parser.parse_args().name
    curve(name)
    run = json.loads((WORK / f"{name}-run.json").read_text())
    card = MODEL / "README.md"
    counts = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in TASKS.glob("*.jsonl")}
    fields = {
        "parameters": f"{run['parameters'] / 1e6:.2f} million", "steps": run["steps"], "tokens": f"{run['tokens'] / 1e6:.1f} million",
        "minutes": run["minutes"], "optimizer": run["optimizer"], "valid_loss": run["valid_loss"], "batch": settings.BATCH * settings.CONTEXT,
        "written": f"{settings.TRAIN_TOKENS / 1e6:.0f} million", "hidden": settings.HIDDEN, "feed_forward": settings.FEED_FORWARD,
        "layers": settings.LAYERS, "heads": settings.HEADS, "context": settings.CONTEXT, "vocabulary": settings.VOCABULARY,
        "muon_rate": settings.MUON_RATE, "adam_rate": settings.ADAM_RATE, "decay": f"{settings.DECAY_SHARE:.0%}", "concepts": len(CONCEPTS),
        "note": run.get("note", ""), "two_step": counts["two-step"], "items": counts["addition"], "taught": counts["taught"], "scores": f"{BEGIN}{kept_scores(card)}{END}"}
    card.write_text(Template((RECIPE / "card.md").read_text(encoding="utf-8")).substitute(fields), encoding="utf-8")
    checksums()


if __name__ == "__main__":
    main()
