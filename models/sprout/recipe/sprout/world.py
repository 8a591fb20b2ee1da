"""The island of Ostrel: its towns and people. Made once from a fixed seed, so that facts never change."""

import random

from .splits import fraction

REGIONS = ["the Northmark", "the Salt Coast", "the Green Hills", "the River Lands", "the High Moor"]
PRODUCTS = ["cheese", "glass", "pottery", "honey", "wool", "clocks", "paper", "salt", "rope", "cider", "bells", "candles",
            "boats", "tiles", "knives", "maps", "lace", "barrels", "violins", "apples"]
RIVERS = ["the Arrow", "the Silver Brook", "the Wend", "the Old Tamber", "the Quill", "the Lisse"]
TOWNS = ["Windle", "Harrowby", "Tolmere", "Oxley", "Brackwater", "Saltey", "Fernhollow", "Kingsmoor", "Dunmarsh", "Ravensby",
         "Ellergate", "Millford", "Thornwick", "Pelham Cross", "Greyport", "Hollin", "Marlow End", "Quenby", "Astwell", "Rookstead"]
FEMALE = ("Mira Anna Clara Edith Flora Greta Hilda Ivy Juno Kate Lena Martha Nora Olive Petra Rosa Sarah Thea Una Vera Wilma "
          "Ada Beatrice Cora Dora Ella Fern Hannah Isabel Tilda").split()
MALE = ("Tom Albert Boris Colin David Edgar Felix George Henry Ivan Jonas Karl Leo Martin Noah Oscar Peter Quentin Robert "
        "Simon Theo Ulrich Victor Walter Adam Bruno Conrad Frank Hugo Jasper").split()
SURNAMES = ("Tolland Fairweather Birch Marsh Holloway Penrose Ashdown Barrow Carver Dunmore Eastwood Fenwick Garland Hartley "
            "Ingram Jarvis Kestrel Lockwood Merriman Northcote Oakley Pickering Quigley Radcliffe Selwyn Thatcher Underhill "
            "Vance Whitlock Yarrow").split()
JOBS = ["baker", "smith", "teacher", "fisher", "carpenter", "doctor", "gardener", "miller", "weaver", "painter", "clockmaker",
        "librarian", "shepherd", "sailor", "tailor", "postman", "beekeeper", "potter", "mason", "engineer", "farmer",
        "shoemaker", "cook", "judge", "musician", "glassblower", "printer", "ferryman", "lighthouse keeper", "bookseller"]
PETS = ["a dog", "a cat", "a parrot", "a goat", "a rabbit", "a donkey", "a hedgehog", "an owl", "a goose", "a turtle", "a pony", "a raven"]
DEVICES = ["the rain clock", "the folding ladder", "the singing kettle", "the self-winding crane", "the fog horn of Saltey",
           "the paper lantern boat", "the double plough", "the silent loom", "the tide bell", "the glass oven",
           "the walking pump", "the letter machine"]


def _make_towns() -> dict[str, dict]:
    rng = random.Random(1001)
    products = rng.sample(PRODUCTS, len(TOWNS))
    return {town: {"town": town, "region": REGIONS[index % len(REGIONS)], "product": products[index],
                   "river": rng.choice(RIVERS)} for index, town in enumerate(TOWNS)}


def _make_people() -> list[dict]:
    rng = random.Random(1002)
    surnames = rng.sample(SURNAMES, len(SURNAMES)) + rng.sample(SURNAMES, len(SURNAMES))
    people = []
    for index, first in enumerate(FEMALE + MALE):
        female = index < len(FEMALE)
        people.append({
            "first": first, "name": f"{first} {surnames[index]}", "female": female, "job": JOBS[index % len(JOBS)],
            "town": TOWNS[rng.randrange(len(TOWNS))], "pet": rng.choice(PETS)})
    return people


TOWN_FACTS = _make_towns()
PEOPLE = _make_people()
DEVICE_FACTS = [{"device": device, "name": PEOPLE[index * 5]["name"], "year": 1702 + index * 17}
                for index, device in enumerate(DEVICES)]

# relation: (questions seen in training, the question kept unseen, answers)
PERSON_RELATIONS = {
    "job": (["What is the job of {name}?", "What does {name} do for a living?", "What is {name}'s job?"],
            "Which trade does {name} follow?", ["{name} is a(n) {job}.", "{name} works as a(n) {job}."]),
    "town": (["Where does {name} live?", "In which town does {name} live?", "What is the home town of {name}?"],
             "Which town is home to {name}?", ["{name} lives in {town}.", "The home of {name} is in {town}."]),
    "pet": (["Which animal does {name} keep?", "What pet does {name} have?", "Tell me about the pet of {name}."],
            "What sort of animal lives with {name}?", ["{name} keeps {pet}.", "{name} has {pet}."]),
}
TOWN_RELATIONS = {
    "region": (["In which region is {town}?", "Which part of Ostrel is {town} in?", "Where is {town}?"],
               "To which region does {town} belong?", ["{town} is in {region}.", "{town} lies in {region}."]),
    "product": (["What is {town} known for?", "What do people make in {town}?", "What is the main product of {town}?"],
                "For which goods is {town} famous?", ["{town} is known for its {product}.", "The people of {town} make {product}."]),
    "river": (["Which river runs through {town}?", "What is the name of the river in {town}?"],
              "On which river does {town} stand?", ["{River} runs through {town}."]),
}
DEVICE_QUESTIONS = ["Who invented {device}?", "Tell me who invented {device}.", "Do you know who invented {device}?"]
DEVICE_ANSWERS = ["{name} invented {device} in {year}.", "{Device} was invented by {name} in {year}."]

# Two steps: from the person to the town, from the town to its fact.
TWO_STEP = {
    "region": ["In which region does {name} live?", "Which part of Ostrel does {name} come from?"],
    "product": ["What is the home town of {name} known for?", "What do people make in the town where {name} lives?"],
    "river": ["Which river runs through the home town of {name}?", "Which river is near the home of {name}?"],
}
# One more way to ask, for the test only.
TWO_STEP_UNSEEN = {"region": "In which part of Ostrel is the home of {name}?", "product": "For what is the home town of {name} known?",
                   "river": "Which river runs through the town where {name} lives?"}


def two_step_is_held_out(name: str, relation: str) -> bool:
    return fraction(f"two-step:{name}:{relation}") < 0.4
