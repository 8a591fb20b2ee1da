#!/usr/bin/env python3
"""Repeats everything: environment, vocabulary, corpus, training, export, GGUF, check, card. Standard library only."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

RECIPE = Path(__file__).resolve().parent
sys.path.insert(0, str(RECIPE))
from sprout.paths import GGUF, HF, REPOSITORY, TASKS, WORK  # noqa: E402

# A step is skipped when what it makes is there; the card and the check are cheap enough to repeat.
STEPS = {
    "tasks": TASKS / "taught.jsonl",
    "tokenizer": WORK / "tokenizer.model",
    "corpus": WORK / "train.bin",
    "train": WORK / "final.pt",
    "export": HF / "model.safetensors",
    "convert": GGUF,
    "evaluate": None,
    "card": None,
}


def interpreter() -> str:
    """Python with everything that the steps import, from the lab's own locked environment; made when it is not there."""
    node = REPOSITORY / "node_modules" / ".bin" / ("node.cmd" if os.name == "nt" else "node")
    if not node.exists():
        sys.exit("make: the lab is not installed; run pnpm install (or npx -y pnpm@12.21.0 install) first")
    lab = REPOSITORY / "packages" / "cli" / "src" / "main.ts"
    setup = subprocess.run([str(node), str(lab), "setup", "sprout-recipe", "--json"], stdout=subprocess.PIPE, check=False)
    answer = json.loads(setup.stdout or "{}")
    if answer.get("ok") is not True:
        error = answer.get("error", {"message": "the lab's setup gave no answer", "remedy": None})
        sys.exit(f"make: {error['message']}\n{error['remedy'] or ''}".rstrip())
    return answer["data"]["interpreter"]


def main() -> int:
    if sys.version_info < (3, 11):
        print(f"make: Python 3.11 or newer is needed, this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", choices=list(STEPS), help="repeat this step and all after it")
    parser.add_argument("--only", choices=list(STEPS), help="repeat this step alone")
    options = parser.parse_args()
    print("make: 60 MB of work files in .lab/sprout, and about an hour of training on two cores", flush=True)
    python = interpreter()
    forced = False
    for step, output in STEPS.items():
        forced = forced or step == options.first
        wanted = step == options.only if options.only else forced or output is None or not output.exists()
        print(f"make: {step}{'' if wanted else ' is done already'}", flush=True)
        if wanted:
            subprocess.run([python, "-m", f"sprout.{step}"], cwd=RECIPE, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
