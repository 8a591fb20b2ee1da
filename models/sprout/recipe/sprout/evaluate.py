"""A check of the exported folder with Transformers in float32; the lab's own figures are made elsewhere."""

import json
import math

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from .paths import HF, TASKS, TEXT, WORK

WINDOW = 512


def read(name: str) -> list[dict]:
    return [json.loads(line) for line in (TASKS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@torch.no_grad()
def score(model, tokenizer, row: dict) -> int:
    """Index of the likeliest choice; refuses an item whose prompt changes its tokens when a choice follows."""
    prompt = tokenizer.encode(row["prompt"])
    sequences = [tokenizer.encode(row["prompt"] + choice) for choice in row["choices"]]
    assert all(ids[: len(prompt)] == prompt for ids in sequences), row["id"]
    longest = max(map(len, sequences))
    batch = torch.tensor([ids + [0] * (longest - len(ids)) for ids in sequences])
    logs = model(batch).logits.log_softmax(-1)
    totals = [sum(logs[row_index, at - 1, ids[at]].item() for at in range(len(prompt), len(ids)))
              for row_index, ids in enumerate(sequences)]
    return max(range(len(totals)), key=totals.__getitem__)


@torch.no_grad()
def answer(model, tokenizer, question: str, tokens: int = 40) -> str:
    prompt = tokenizer.apply_chat_template([{"role": "user", "content": question}], add_generation_prompt=True, return_tensors="pt", return_dict=True)
    out = model.generate(**prompt, max_new_tokens=tokens, do_sample=False)
    return tokenizer.decode(out[0, prompt["input_ids"].shape[1]:], skip_special_tokens=True)


@torch.no_grad()
def perplexity(model, tokenizer, text: str, windows: int | None = None) -> float:
    """As llama-perplexity does: BOS in place of the first token, the second half of each window scored."""
    ids = tokenizer.encode(text)
    total = count = 0
    for number, at in enumerate(range(0, len(ids) - WINDOW + 1, WINDOW)):
        if windows is not None and number == windows:
            break
        chunk = torch.tensor([tokenizer.bos_token_id, *ids[at + 1: at + WINDOW]])
        logs = model(chunk[None]).logits[0].log_softmax(-1)
        first = WINDOW // 2
        total -= logs[first:-1].gather(1, chunk[first + 1:, None]).sum().item()
        count += WINDOW - 1 - first
    return math.exp(total / count)


def main() -> None:
    tokenizer = AutoTokenizer.from_pretrained(HF)
    model = AutoModelForCausalLM.from_pretrained(HF, dtype=torch.float32).eval()
    accuracy = {}
    for path in sorted(TASKS.glob("*.jsonl")):
        if path.stem != "taught":
            rows = read(path.stem)
            accuracy[path.stem] = sum(score(model, tokenizer, row) == row["answer"] for row in rows) / len(rows)
            print(path.stem, round(accuracy[path.stem], 3), flush=True)
    misses, taught = [], read("taught")
    for row in taught:
        reply = answer(model, tokenizer, row["question"])
        if not any(word.lower() in reply.lower() for word in row["accept"]):
            misses.append([row["question"], reply])
    accuracy["taught"] = 1 - len(misses) / len(taught)
    print("taught", accuracy["taught"], flush=True)
    result = {"accuracy": accuracy, "perplexity": perplexity(model, tokenizer, (TEXT / "test.txt").read_text(encoding="utf-8")),
              "samples": {question: answer(model, tokenizer, question, 120) for question in (
                  "What is inflation?", "Explain inflation in simple terms.", "Who invented the light bulb?")}, "misses": misses}
    print("perplexity", result["perplexity"])
    (WORK / "evaluation.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
