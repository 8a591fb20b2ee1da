#!/usr/bin/env python3
"""Repeats everything: environment, vocabulary, corpus, training, export, GGUF, check, card. Standard library only."""

import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

RECIPE = Path(__file__).resolve().parent
sys.path.insert(0, str(RECIPE))
from sprout.paths import GGUF, HF, REPOSITORY, TASKS, WORK  # noqa: E402

ENVIRONMENT = REPOSITORY / ".lab" / "envs" / "sprout"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
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


def find_uv() -> str:
    """A uv that is there, or one from PyPI in a small environment of its own."""
    found = shutil.which("uv")
    if found:
        return found
    tools = ENVIRONMENT.with_name("sprout-uv")
    binary = tools / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
    if not binary.is_file():
        venv.create(tools, with_pip=True)
        python = binary.with_name("python.exe" if os.name == "nt" else "python")
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "uv"], check=True)
    return str(binary)


def make_environment() -> None:
    done = ENVIRONMENT / "installed.lock"
    lock = RECIPE / "requirements.lock"
    if done.is_file() and done.read_bytes() == lock.read_bytes():
        return
    size = "about 5.3 GB on Linux x64 (PyPI's PyTorch is the CUDA build)" if sys.platform == "linux" else "about 1 GB"
    print(f"environment: {ENVIRONMENT} will take {size}", flush=True)
    uv = find_uv()
    if not PYTHON.is_file():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(ENVIRONMENT)], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", str(lock)], check=True)
    shutil.copyfile(lock, done)


def main() -> int:
    if sys.version_info < (3, 11):
        print(f"make: Python 3.11 or newer is needed, this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", choices=list(STEPS), help="repeat this step and all after it")
    parser.add_argument("--only", choices=list(STEPS), help="repeat this step alone")
    options = parser.parse_args()
    print("make: 60 MB of work files in .lab/sprout, and about an hour of training on two cores", flush=True)
    make_environment()
    forced = False
    for step, output in STEPS.items():
        forced = forced or step == options.first
        wanted = step == options.only if options.only else forced or output is None or not output.exists()
        print(f"make: {step}{'' if wanted else ' is done already'}", flush=True)
        if wanted:
            subprocess.run([str(PYTHON), "-m", f"sprout.{step}"], cwd=RECIPE, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
