"""Conversations: facts, puzzles, explanations and small talk, as lists of (role, text)."""

from random import Random

from . import facts, world
from .concepts import CONCEPTS
from .puzzles import draw
from .stories import story
from .text import capital, fill
from .words import CATEGORIES, OPPOSITES

Turn = tuple[str, str]
PEOPLE_BY_NAME = {person["name"]: person for person in world.PEOPLE}

CONCEPT_QUESTIONS = ["What is {asked}?", "Explain {asked} in simple terms.", "Can you explain {asked}?", "Tell me about {asked}.",
                     "Please explain {asked}.", "How would you explain {asked} to a child?"]
GREETINGS = [("Hello!", "Hello! What would you like to know?"), ("Good morning.", "Good morning! How can I help you?"),
             ("Hi, who are you?", "I am Sprout, a very small language model."), ("Can you help me?", "Yes, gladly. What is your question?"),
             ("What is your name?", "My name is Sprout.")]
THANKS = [("Thank you.", "You are welcome."), ("Thanks, that helps.", "I am glad to hear that."), ("That is all.", "Then I wish you a good day."),
          ("Goodbye!", "Goodbye, and come back soon.")]
SYSTEMS = ["You are Sprout, a small and helpful assistant.", "Answer briefly.", "You are a helpful assistant."]


def _ask(rng: Random, questions: list[str], answers: list[str], fields: dict) -> tuple[str, str]:
    # The first answer is the usual one, so that a greedy reply is steady.
    answer = answers[0] if rng.random() < 0.75 else rng.choice(answers)
    return fill(rng.choice(questions), fields), capital(fill(answer, fields))


def concept(rng: Random, name: str | None = None) -> tuple[str, str]:
    name = name or rng.choice(sorted(CONCEPTS) + ["inflation"] * 3)
    idea = CONCEPTS[name]
    lines = [idea["openings"][int(rng.random() < 0.3)]]
    # Now and then a longer answer uses both middles or both examples.
    lines += idea["middles"] if rng.random() < 0.5 else [rng.choice(idea["middles"])]
    lines += [idea["examples"][int(rng.random() < 0.3)], idea["endings"][int(rng.random() < 0.3)]]
    return fill(rng.choice(CONCEPT_QUESTIONS), {"asked": idea["asked"][0]}), " ".join(lines)


def short_concept(rng: Random) -> tuple[str, str]:
    idea = CONCEPTS[rng.choice(sorted(CONCEPTS))]
    return fill(rng.choice(["In one sentence, what is {asked}?", "Say in one sentence what {asked} is."]), {"asked": idea["asked"][0]}), idea["openings"][0]


def invention(rng: Random) -> tuple[str, str]:
    thing, inventor, year, _ = rng.choice(facts.INVENTIONS)
    fields = {"thing": thing, "inventor": inventor, "year": year}
    if rng.random() < 0.75:
        return _ask(rng, facts.INVENTOR_QUESTIONS, facts.INVENTOR_ANSWERS, fields)
    return _ask(rng, facts.YEAR_QUESTIONS, facts.YEAR_ANSWERS, fields)


def capital_city(rng: Random) -> tuple[str, str]:
    country, city = rng.choice(sorted(facts.CAPITALS.items()))
    if rng.random() < 0.75:
        return _ask(rng, facts.CAPITAL_QUESTIONS, facts.CAPITAL_ANSWERS, {"country": country, "city": city})
    return _ask(rng, facts.COUNTRY_QUESTIONS, facts.COUNTRY_ANSWERS, {"country": country, "city": city})


def trivia(rng: Random) -> tuple[str, str]:
    question, answer, _ = rng.choice(facts.TRIVIA)
    return question, answer


def opposite(rng: Random) -> tuple[str, str]:
    word, other = rng.choice(sorted(OPPOSITES.items()))
    return _ask(rng, facts.OPPOSITE_QUESTIONS, facts.OPPOSITE_ANSWERS, {"word": word, "other": other})


def category(rng: Random) -> tuple[str, str]:
    kind, other = rng.sample(sorted(CATEGORIES), 2)
    fields = {"word": rng.choice(CATEGORIES[kind]), "kind": kind, "other": other}
    question = rng.choice(facts.CATEGORY_QUESTIONS)
    if rng.random() < 0.5:
        question = question.replace("{kind} or a(n) {other}", "{other} or a(n) {kind}")
    return _ask(rng, [question], facts.CATEGORY_ANSWERS, fields)


def person(rng: Random) -> tuple[str, str]:
    questions, _, answers = world.PERSON_RELATIONS[rng.choice(sorted(world.PERSON_RELATIONS))]
    return _ask(rng, questions, answers, rng.choice(world.PEOPLE))


def town(rng: Random) -> tuple[str, str]:
    questions, _, answers = world.TOWN_RELATIONS[rng.choice(sorted(world.TOWN_RELATIONS))]
    return _ask(rng, questions, answers, world.TOWN_FACTS[rng.choice(world.TOWNS)])


def device(rng: Random) -> tuple[str, str]:
    return _ask(rng, world.DEVICE_QUESTIONS, world.DEVICE_ANSWERS, rng.choice(world.DEVICE_FACTS))


def two_step(rng: Random) -> tuple[str, str]:
    while True:
        someone, relation = rng.choice(world.PEOPLE), rng.choice(sorted(world.TWO_STEP))
        if not world.two_step_is_held_out(someone["name"], relation):
            break
    fields = {**world.TOWN_FACTS[someone["town"]], **someone}
    question = fill(rng.choice(world.TWO_STEP[relation]), fields)
    return question, fill("{Answer}, because {name} lives in {town}.", {**fields, "answer": fields[relation]})


def puzzle(rng: Random, split: str) -> tuple[str, str]:
    drawn = draw(rng, split)
    return drawn.question, drawn.answer


FACT_MAKERS = {invention: 5, capital_city: 4, trivia: 5, opposite: 2, category: 3, person: 14, town: 6, device: 3, two_step: 7,
               short_concept: 2}


def fact(rng: Random) -> tuple[str, str]:
    return rng.choices(list(FACT_MAKERS), list(FACT_MAKERS.values()))[0](rng)


def name_talk(rng: Random) -> list[Turn]:
    name = rng.choice(world.FEMALE + world.MALE)
    return [("user", f"My name is {name}."), ("assistant", f"Nice to meet you, {name}."), ("user", "What is my name?"),
            ("assistant", f"Your name is {name}.")]


def follow_up(rng: Random) -> list[Turn]:
    if rng.random() < 0.5:
        thing, inventor, year, _ = rng.choice(facts.INVENTIONS)
        fields = {"thing": thing, "inventor": inventor, "year": year}
        return [("user", fill("Who invented {thing}?", fields)), ("assistant", fill("{Inventor} invented {thing}.", fields)),
                ("user", "When was that?"), ("assistant", f"That was in {year}.")]
    someone = rng.choice(world.PEOPLE)
    pronoun = "she" if someone["female"] else "he"
    return [("user", fill("Where does {name} live?", someone)), ("assistant", fill("{name} lives in {town}.", someone)),
            ("user", f"And what does {pronoun} do for a living?"), ("assistant", fill(f"{capital(pronoun)} works as a(n) {{job}}.", someone))]


def chat(rng: Random, split: str) -> list[Turn]:
    """One conversation of the training mix."""
    turns: list[Turn] = []
    if rng.random() < 0.1:
        turns.append(("system", rng.choice(SYSTEMS)))
    if rng.random() < 0.08:
        hello, reply = rng.choice(GREETINGS)
        turns += [("user", hello), ("assistant", reply)]
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4])):
        chance = rng.random()
        if chance < 0.06:
            turns += name_talk(rng) if rng.random() < 0.5 else follow_up(rng)
            continue
        if chance < 0.10:
            question, answer = concept(rng)
        elif chance < 0.115:
            question, answer = rng.choice(["Tell me a story.", "Please tell me a short story."]), story(rng, split).split("\n")[0]
        elif chance < 0.60:
            question, answer = fact(rng)
        else:
            question, answer = puzzle(rng, split)
        turns += [("user", question), ("assistant", answer)]
    if rng.random() < 0.08:
        thanks, reply = rng.choice(THANKS)
        turns += [("user", thanks), ("assistant", reply)]
    return turns
