"""The test side: multiple-choice items, taught questions, held-out prose, and calibration text from the training side."""

import json
from random import Random

from . import facts, puzzles, settings, world
from .corpus import IM_END, IM_START, prose
from .paths import TASKS, TEXT
from .stories import plan, tell
from .text import capital, fill
from .words import OPPOSITES

ITEMS = 240
TEST_STORIES = 480
CALIBRATION_STORIES = 170


def asked(question: str, lead: str = "") -> str:
    return f"{IM_START}user\n{question}{IM_END}\n{IM_START}assistant\n{lead}"


def item(rng: Random, identity: str, prompt: str, right: str, wrong) -> dict:
    choices = [right, *wrong]
    rng.shuffle(choices)
    return {"id": identity, "prompt": prompt, "choices": choices, "answer": choices.index(right)}


def puzzle_items(make, kind: str, split: str = "test") -> list[dict]:
    rng = Random(f"{settings.SEED}:{kind}:{split}")
    seen, items = set(), []
    for _ in range(100 * ITEMS):
        if len(items) == ITEMS:
            return items
        drawn = puzzles.draw(rng, split, make)
        if drawn.question in seen:
            continue
        seen.add(drawn.question)
        # With what follows it no choice is the beginning of another (" 1" and " 11").
        stop = drawn.tail[0]
        items.append(item(rng, f"{kind}-{len(items) + 1:03}", asked(drawn.question, drawn.lead), drawn.right + stop,
                          [wrong + stop for wrong in drawn.wrong]))
    raise RuntimeError(f"tasks: {kind} has only {len(items)} different {split} questions, {ITEMS} are wanted")


def _others(rng: Random, right: str, pool) -> list[str]:
    return rng.sample(sorted(set(pool) - {right}), 3)


def two_step_items() -> list[dict]:
    rng = Random(f"{settings.SEED}:two-step")
    rows = [(person, relation, question) for person in world.PEOPLE for relation, questions in world.TWO_STEP.items()
            if world.two_step_is_held_out(person["name"], relation) for question in [*questions, world.TWO_STEP_UNSEEN[relation]]]
    rng.shuffle(rows)
    items = []
    for person, relation, question in rows[:ITEMS]:
        fields = {**world.TOWN_FACTS[person["town"]], **person}
        pool = {town[relation] for town in world.TOWN_FACTS.values()}
        wrong = [capital(other) for other in _others(rng, fields[relation], pool)]
        items.append(item(rng, f"two-step-{len(items) + 1:03}", asked(fill(question, fields)), capital(fields[relation]), wrong))
    return items


def recall_items() -> list[dict]:
    """A held-out story up to the last name in it: the hero, the helper, or one of two strangers."""
    rng = Random(f"{settings.SEED}:recall")
    names = [person["first"] for person in world.PEOPLE]
    items, seen = [], set()
    while len(items) < ITEMS:
        cast = plan(rng, "test")
        text = tell(rng, cast)
        hero, helper = cast["hero"]["first"], cast["helper"]["first"]
        at, subject = max((text.rfind(" " + name), name) for name in (hero, helper))
        shown, other = text[:at], helper if subject == hero else hero
        # Too early a cut leaves nothing to remember.
        if len(shown) < 200 or hero not in shown or helper not in shown or shown in seen:
            continue
        strangers = _others(rng, subject, set(names) - {other})[:2]
        # "Ada" begins "Adam", so the shorter name would always be the likelier one.
        if any(one != two and two.startswith(one) for one in (subject, other, *strangers) for two in (subject, other, *strangers)):
            continue
        seen.add(shown)
        items.append(item(rng, f"recall-{len(items) + 1:03}", shown, " " + subject, [" " + other, *(" " + name for name in strangers)]))
    return items


def taught_questions() -> list[dict]:
    rng = Random(f"{settings.SEED}:taught")
    rows = []

    def add(questions, fields: dict, answer: str, accept: list[str]) -> None:
        rows.append((fill(rng.choice(questions), fields), answer, accept))

    for thing, inventor, _, accept in facts.INVENTIONS:
        add(facts.INVENTOR_QUESTIONS, {"thing": thing}, inventor, [accept])
    for country, city in facts.CAPITALS.items():
        add(facts.CAPITAL_QUESTIONS, {"country": country}, city, [city])
    for question, answer, accept in facts.TRIVIA:
        rows.append((question, answer, accept.split(",")))
    for fact in world.DEVICE_FACTS:
        add(world.DEVICE_QUESTIONS, fact, fact["name"], [fact["name"]])
    for word, other in rng.sample(sorted(OPPOSITES.items()), 12):
        add(facts.OPPOSITE_QUESTIONS, {"word": word}, other, [other])
    for town in world.TOWN_FACTS.values():
        relation = rng.choice(sorted(world.TOWN_RELATIONS))
        add(world.TOWN_RELATIONS[relation][0], town, town[relation], [town[relation]])
    for person in world.PEOPLE:
        relation = rng.choice(sorted(world.PERSON_RELATIONS))
        value = person[relation]
        add(world.PERSON_RELATIONS[relation][0], person, value, [value.split(" ", 1)[1] if relation == "pet" else value])
    rng.shuffle(rows)
    return [{"id": f"taught-{index + 1:03}", "question": question, "answer": answer, "accept": accept}
            for index, (question, answer, accept) in enumerate(rows[:200])]


def all_tasks() -> dict[str, list[dict]]:
    """Tasks that this model does better than by chance and worse than perfectly, so that a quantization can hurt it."""
    tasks = {kind: puzzle_items(make, kind) for kind, make in {
        "addition": puzzles.addition, "subtraction": puzzles.subtraction, "tracking": puzzles.tracking}.items()}
    tasks.update({"two-step": two_step_items(), "recall": recall_items(), "taught": taught_questions()})
    return tasks


def main() -> None:
    TASKS.mkdir(parents=True, exist_ok=True)
    TEXT.mkdir(parents=True, exist_ok=True)
    for name, rows in all_tasks().items():
        (TASKS / f"{name}.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    (TEXT / "test.txt").write_text(prose(Random(f"{settings.SEED}:test"), "test", TEST_STORIES), encoding="utf-8")
    (TEXT / "calibration.txt").write_text(prose(Random(f"{settings.SEED}:calibration"), "train", CALIBRATION_STORIES), encoding="utf-8")


if __name__ == "__main__":
    main()
