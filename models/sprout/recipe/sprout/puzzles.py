"""Questions with one right answer that must be worked out. The key of each is fixed before it is put into words."""

from dataclasses import dataclass
from random import Random

from .splits import split_of
from .text import fill, join_words
from .words import CATEGORIES, CONTAINERS, ROOMS, SMALL_THINGS, plural
from .world import FEMALE, MALE


@dataclass(frozen=True)
class Puzzle:
    kind: str
    key: str
    question: str
    lead: str  # how the answer begins, before the part that can be wrong
    right: str
    wrong: tuple[str, str, str]
    tail: str = "."

    @property
    def answer(self) -> str:
        return self.lead + self.right + self.tail


def _near(rng: Random, value: int, steps: list[int]) -> tuple[str, str, str]:
    options = sorted({value + step for step in steps if value + step > 0} - {value})
    return tuple(f" {option}" for option in rng.sample(options, 3))


def addition(rng: Random) -> Puzzle:
    low, high = sorted((rng.randint(10, 99), rng.randint(10, 99)))
    first, second = (low, high) if rng.random() < 0.5 else (high, low)
    question = rng.choice(["What is {a} plus {b}?", "Add {a} and {b}.", "How much is {a} plus {b}?"])
    return Puzzle("addition", f"addition:{low}:{high}", fill(question, {"a": first, "b": second}), f"{first} plus {second} is",
                  f" {first + second}", _near(rng, first + second, [-20, -11, -10, -9, -2, -1, 1, 2, 9, 10, 11, 20]))


def subtraction(rng: Random) -> Puzzle:
    second, first = sorted(rng.sample(range(10, 100), 2))
    question = rng.choice(["What is {a} minus {b}?", "Take {b} away from {a}.", "How much is {a} minus {b}?"])
    return Puzzle("subtraction", f"subtraction:{first}:{second}", fill(question, {"a": first, "b": second}),
                  f"{first} minus {second} is", f" {first - second}",
                  _near(rng, first - second, [-20, -11, -10, -2, -1, 1, 2, 10, 11, 20]))


def sequence(rng: Random) -> Puzzle:
    start, step = rng.randint(1, 60), rng.randint(2, 15)
    numbers = [start + step * index for index in range(5)]
    if rng.random() < 0.4:
        numbers.reverse()
    shown, following = numbers[:4], numbers[4]
    question = rng.choice(["Which number comes next: {list}?", "What is the next number: {list}?"])
    return Puzzle("sequence", f"sequence:{start}:{step}", fill(question, {"list": ", ".join(map(str, shown))}),
                  "The next number is", f" {following}", _near(rng, following, [-10, -2, -1, 1, 2, 3, 10]))


def shopping(rng: Random) -> Puzzle:
    item = rng.choice("loaf/loaves candle/candles pear/pears lamp/lamps brush/brushes cup/cups needle/needles map/maps book/books".split())
    one, many = item.split("/")
    if one == "loaf":
        many = "loaves"
    price, count = rng.randint(2, 12), rng.randint(2, 9)
    name = rng.choice(FEMALE + MALE)
    question = f"One {one} costs {price} coins. {name} buys {count} {many}. How many coins does {name} pay?"
    total = price * count
    return Puzzle("shopping", f"shopping:{one}:{price}:{count}", question, f"{name} pays", f" {total}",
                  _near(rng, total, [-price, price, -2, -1, 1, 2, 10, -10]), " coins.")


RELATIONS = [("taller", "shorter", "tallest", "shortest"), ("older", "younger", "oldest", "youngest"),
             ("faster", "slower", "fastest", "slowest"), ("stronger", "weaker", "strongest", "weakest"),
             ("richer", "poorer", "richest", "poorest")]


def comparison(rng: Random) -> Puzzle:
    names = rng.sample(FEMALE + MALE, 4)
    more, less, most, least = rng.choice(RELATIONS)
    statements = []
    for above, below in zip(names, names[1:]):
        statements.append(f"{above} is {more} than {below}." if rng.random() < 0.7 else f"{below} is {less} than {above}.")
    rng.shuffle(statements)
    top = rng.random() < 0.5
    right = names[0] if top else names[-1]
    wrong = tuple(" " + name for name in names if name != right)
    return Puzzle("comparison", f"comparison:{most}:" + ":".join(sorted(names)),
                  " ".join(statements) + f" Who is the {most if top else least}?",
                  f"The {most if top else least} is", " " + right, wrong)


def tracking(rng: Random) -> Puzzle:
    people = rng.sample(FEMALE + MALE, 2)
    things = rng.sample(SMALL_THINGS, 2)
    places = ["in the " + place for place in rng.sample(sorted(set(CONTAINERS + ROOMS)), 4)]
    first, second = things
    where = {first: places[0], second: places[1]}
    lines = [f"{people[0]} put the {first} {places[0]}.", f"{people[1]} put the {second} {places[1]}."]
    if rng.random() < 0.5:
        lines.reverse()
    moved = rng.choice(things)
    where[moved] = places[2]
    lines.append(rng.choice(["Later {who} took the {thing} and put it {place}.", "Then {who} found the {thing} and left it {place}."])
                 .format(who=rng.choice(people), thing=moved, place=places[2]))
    lines.append(rng.choice([f"Nobody looked {places[3]}.", f"{rng.choice(people)} slept {places[3]}."]))
    asked = rng.choice(things)
    right = where[asked]
    wrong = tuple(" " + place for place in places if place != right)
    key = f"tracking:{':'.join(sorted(things))}:{':'.join(sorted(places))}"
    return Puzzle("tracking", key, " ".join(lines) + f" Where is the {asked} now?", f"The {asked} is", " " + right, wrong)


def odd_one_out(rng: Random) -> Puzzle:
    family, stranger = rng.sample(sorted(CATEGORIES), 2)
    odd = rng.choice(CATEGORIES[stranger])
    words = rng.sample(CATEGORIES[family], 3) + [odd]
    key = "odd:" + ":".join(sorted(words))
    rng.shuffle(words)
    question = rng.choice(["Which word does not belong: {list}?", "Find the odd one out: {list}."])
    return Puzzle("odd-one-out", key, fill(question, {"list": join_words(words)}), "The odd one out is", " " + odd,
                  tuple(" " + word for word in words if word != odd), f", because the others are {plural(family)}.")


def member(rng: Random) -> Puzzle:
    kinds = rng.sample(sorted(CATEGORIES), 4)
    words = [rng.choice(CATEGORIES[kind]) for kind in kinds]
    right, kind = words[0], kinds[0]
    key = "member:" + ":".join(sorted(words))
    rng.shuffle(words)
    return Puzzle("member", key, fill("Which of these is a(n) {kind}: {list}?", {"kind": kind, "list": join_words(words, "or")}),
                  fill("The {kind} is the", {"kind": kind}), " " + right, tuple(" " + word for word in words if word != right))


COUNT_WORDS = ["none", "one", "two", "three", "four", "five"]


def counting(rng: Random) -> Puzzle:
    family, *others = rng.sample(sorted(CATEGORIES), 4)
    count = rng.randint(1, 4)
    words = rng.sample(CATEGORIES[family], count) + [rng.choice(CATEGORIES[rng.choice(others)]) for _ in range(6 - count)]
    key = "counting:" + family + ":" + ":".join(sorted(words))
    rng.shuffle(words)
    return Puzzle("counting", key, f"How many of these are {plural(family)}: {join_words(words)}?", "The answer is",
                  " " + COUNT_WORDS[count], tuple(" " + word for word in COUNT_WORDS[1:5] if word != COUNT_WORDS[count]))


def extreme(rng: Random) -> Puzzle:
    numbers = rng.sample(range(100, 1000), 4)
    largest = rng.random() < 0.5
    right = max(numbers) if largest else min(numbers)
    word = "largest" if largest else "smallest"
    return Puzzle("extreme", "extreme:" + ":".join(map(str, sorted(numbers))),
                  f"Which number is the {word}: {join_words([str(number) for number in numbers], 'or')}?",
                  f"The {word} number is", f" {right}", tuple(f" {number}" for number in numbers if number != right))


# The weight of each kind in the training stream: harder ones are shown more often.
KINDS = {addition: 5, subtraction: 5, sequence: 3, shopping: 2, comparison: 4, tracking: 5, odd_one_out: 4, member: 2,
         counting: 3, extreme: 1}


def draw(rng: Random, split: str, make=None) -> Puzzle:
    """Puzzles of another split are thrown away before anyone sees their words."""
    kinds, weights = list(KINDS), list(KINDS.values())
    for _ in range(10_000):
        puzzle = (make or rng.choices(kinds, weights)[0])(rng)
        if split_of(puzzle.key) == split:
            return puzzle
    raise RuntimeError(f"puzzles: no {split} puzzle in 10000 draws of {make.__name__ if make else 'any kind'}; its split is empty")
