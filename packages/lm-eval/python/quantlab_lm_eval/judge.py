"""Whether a written answer is right, by the rules that the lab's own judge has."""

import re

# The lab's judge knows the digits 0 to 9 only.
_NUMBER = re.compile(r"(?<![\d.])-?(?:\d[\d,]*)?\.?\d+", re.ASCII)


def is_right(output: str, accept: list[str], judge: str) -> bool:
    """`judge`: "wording" wants an accepted wording as whole words, "last-number" the accepted number as the last."""
    if judge == "wording":
        return any(re.search(rf"(?<![^\W_]){re.escape(each)}(?![^\W_])", output, re.IGNORECASE) for each in accept)
    numbers = _NUMBER.findall(output)
    return bool(numbers) and any(float(each) == float(numbers[-1].replace(",", "")) for each in accept)
