"""The GGUF file, by the stock converter of the llama.cpp release inside the repository's own node-llama-cpp."""

import os
import subprocess
import sys
from pathlib import Path

from .paths import GGUF, HF, REPOSITORY, WORK

BUNDLE = Path("node_modules/node-llama-cpp/llama/gitRelease.bundle")


def find_bundle() -> Path:
    named = os.environ.get("QUANTLAB_LLAMA_BUNDLE")
    candidates = [Path(named)] if named else [folder / BUNDLE for folder in (
        REPOSITORY / "packages/llama-capi", REPOSITORY / "packages/llamacpp", REPOSITORY)]
    for candidate in candidates:
        if candidate.is_file():
            return candidate.resolve()
    raise SystemExit("convert: no llama.cpp source found; looked for " + ", ".join(map(str, candidates)) + ". Run pnpm install first.")


def checkout() -> Path:
    source = WORK / "llama.cpp"
    if not (source / "convert_hf_to_gguf.py").is_file():
        subprocess.run(["git", "clone", "--quiet", "-c", "advice.detachedHead=false", str(find_bundle()), str(source)], check=True)
    return source


def main() -> None:
    converter = checkout() / "convert_hf_to_gguf.py"
    subprocess.run([sys.executable, str(converter), str(HF), "--outfile", str(GGUF), "--outtype", "f16", "--model-name", "Sprout"], check=True)


if __name__ == "__main__":
    main()
