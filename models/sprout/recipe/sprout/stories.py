"""Short stories about the people of Ostrel: a plot, a cast and furniture, told with some scenery."""

from random import Random

from .plots import PLOTS, TASKS
from .scenery import (ADJECTIVES, ANIMAL_LINES, DRINKS, ENDINGS, GIVERS, MEALS, REMARKS, SMELLS, TIMES, WEATHER)
from .splits import split_of
from .text import capital, fill
from .words import ADVERBS, CATEGORIES, CONTAINERS, FEELINGS, FOODS, ROOMS, SMALL_THINGS
from .world import JOBS, PEOPLE, TOWN_FACTS, TOWNS

STORY_SEPARATOR = "\n\n"
# Only words that take a plain "s" and fit the scene.
_SAFE = {"animal": "horse goat rabbit badger otter hedgehog squirrel donkey beaver mole weasel ferret hamster".split(),
         "bird": [w for w in CATEGORIES["bird"] if w not in ("goose", "finch")],
         "fruit": [w for w in CATEGORIES["fruit"] if w[-1] != "y" and w not in ("mango", "peach")],
         "vegetable": ["carrot", "onion", "leek", "turnip", "cucumber", "pumpkin", "parsnip", "artichoke", "cabbage"],
         "furniture": [w for w in CATEGORIES["furniture"] if w[-1] not in "hfs"],
         "insect": ["bee", "ant", "wasp", "beetle", "moth", "cricket", "grasshopper", "earwig"],
         "bag": ["basket", "bag", "box", "sack", "hamper", "suitcase", "crate", "bucket", "saddlebag"],
         "solid": ["bread", "cheese", "biscuits", "pickles", "chestnuts", "mushrooms", "sausages", "gingerbread", "pancakes", "waffles", "dumplings"],
         "container": [w for w in CONTAINERS if w not in ("box", "pocket")]}
_BUILDINGS = [w for w in CATEGORIES["building"]]


def plan(rng: Random, split: str) -> dict:
    """Hero, helper, thing and plot decide the split; the words come later."""
    while True:
        hero, helper = rng.sample(PEOPLE, 2)
        plot, thing = rng.choice(sorted(PLOTS)), rng.choice(SMALL_THINGS)
        if split_of(f"story:{plot}:{hero['name']}:{helper['name']}:{thing}") == split:
            return {"plot": plot, "hero": hero, "helper": helper, "thing": thing}


def _fields(rng: Random, cast: dict) -> dict:
    hero, helper = cast["hero"], cast["helper"]
    town = hero["town"]
    fields = {
        "thing": cast["thing"], "hero": hero["first"], "helper": helper["first"], "job": hero["job"], "helper_job": helper["job"],
        "helper_job2": rng.choice(JOBS), "town": town, "town2": rng.choice([other for other in TOWNS if other != town]),
        "region": TOWN_FACTS[town]["region"], "river": TOWN_FACTS[town]["river"], "product": TOWN_FACTS[town]["product"],
        "pet": "the " + hero["pet"].split(" ", 1)[1], "he": "she" if hero["female"] else "he", "his": "her" if hero["female"] else "his",
        "him": "her" if hero["female"] else "him", "adjective": rng.choice(ADJECTIVES), "giver": rng.choice(GIVERS),
        "smell": rng.choice(SMELLS), "drink": rng.choice(DRINKS), "adverb": rng.choice(ADVERBS), "food": rng.choice(FOODS),
        "container": rng.choice(_SAFE["container"]), "task": rng.choice(TASKS), "number": rng.choice("six seven eight nine ten twelve twenty thirty".split()),
        "other": rng.choice([w for w in SMALL_THINGS if w != cast["thing"]]), "building": rng.choice(_BUILDINGS)}
    fields["feeling"], fields["feeling2"] = rng.sample(FEELINGS, 2)
    fields["place"], fields["place2"], fields["place3"] = rng.sample(ROOMS, 3)
    fields["metal"], fields["metal2"] = rng.sample(["iron", "copper", "tin", "brass", "steel", "bronze", "silver"], 2)
    fields["vehicle"], fields["vehicle2"] = rng.sample(["cart", "wagon", "carriage", "barge", "ferry", "bicycle", "tram", "boat"], 2)
    for name in ("animal", "bird", "fruit", "vegetable", "furniture", "insect", "bag", "solid"):
        fields[name] = rng.choice(_SAFE[name])
    for name in ("tool", "tree", "garment", "colour", "spice", "flower"):
        fields[name] = rng.choice([word for word in CATEGORIES[name] if word != "pliers"])
    return fields


def tell(rng: Random, cast: dict) -> str:
    fields = _fields(rng, cast)

    def say(options: list[str]) -> str:
        # Words that carry no fact may change from sentence to sentence.
        fields["adverb"], fields["adjective"] = rng.choice(ADVERBS), rng.choice(ADJECTIVES)
        return capital(fill(rng.choice(options), fields))

    beats = PLOTS[cast["plot"]]
    first = rng.choice(beats[0])
    opening = rng.choice(TIMES)
    speech = first.startswith('"')
    lines = [capital(fill(first, fields)) if speech else fill(f"{opening}, " + first.replace("{Hero}", "{hero}", 1)
                                                              if first[0] == "{" else f"{opening}, {first[0].lower()}{first[1:]}", fields)]
    if rng.random() < 0.55:
        lines.append(rng.choice(WEATHER))
    remark_at = rng.randrange(3, len(beats)) if rng.random() < 0.6 else -1
    for index, beat in enumerate(beats[1:], 1):
        lines.append(say(beat))
        if index == remark_at:
            lines.append(say(REMARKS))
        elif rng.random() < 0.08:
            lines.append(say(ANIMAL_LINES))
    if rng.random() < 0.3:
        lines.append(say(MEALS))
    lines.append(say(ENDINGS))
    paragraph_break = rng.randrange(3, len(lines) - 1) if rng.random() < 0.4 else len(lines)
    return " ".join(lines[:paragraph_break]) + ("\n" + " ".join(lines[paragraph_break:]) if paragraph_break < len(lines) else "")


def story(rng: Random, split: str) -> str:
    return tell(rng, plan(rng, split))
