"""Where things lie. Work files stay in the git-ignored .lab folder; only finished files go beside the recipe."""

from pathlib import Path

RECIPE = Path(__file__).resolve().parents[1]
MODEL = RECIPE.parent
REPOSITORY = MODEL.parents[1]
WORK = REPOSITORY / ".lab" / "sprout"
HF = MODEL / "hf"
GGUF = MODEL / "sprout-F16.gguf"
TASKS = MODEL / "tasks"
TEXT = MODEL / "text"
TOKENIZER = WORK / "tokenizer.model"
