"""Filling templates: articles agree with the word that follows, sentences begin with a capital."""

import re

_ARTICLE = re.compile(r"\b([Aa])\(n\) (\w+)")


def _article(match: re.Match) -> str:
    word = match.group(2)
    vowel = word[0].lower() in "aeiou" and not word.lower().startswith(("uni", "use", "eu", "one"))
    return f"{match.group(1)}{'n' if vowel else ''} {word}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def fill(template: str, fields: dict) -> str:
    """`{Name}` is `{name}` with a capital; choices already made are in `fields`."""
    def value(match: re.Match) -> str:
        name = match.group(1)
        if name in fields:
            return str(fields[name])
        return capital(str(fields[name[0].lower() + name[1:]]))
    template = re.sub(r"\b([Aa]) (?=\{)", r"\1(n) ", template)
    previous = None
    while previous != template:
        previous, template = template, re.sub(r"\{(\w+)\}", value, template)
    return _ARTICLE.sub(_article, template)


def join_words(items: list[str], last: str = "and") -> str:
    if len(items) == 1:
        return items[0]
    return ", ".join(items[:-1]) + f" {last} {items[-1]}"
