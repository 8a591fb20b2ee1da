"""Word lists: the categories that puzzles ask about and that stories are furnished from."""


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


CATEGORIES = {
    "animal": _words(
        "horse goat sheep rabbit badger otter fox hedgehog squirrel donkey beaver deer mole weasel wolf bear lynx camel "
        "elephant monkey tiger lion zebra giraffe hamster ferret moose bison seal walrus"),
    "bird": _words(
        "robin sparrow heron owl eagle falcon swan goose duck magpie crow raven pigeon dove stork crane wren finch "
        "kingfisher lark pelican puffin gull parrot peacock turkey"),
    "fruit": _words(
        "apple pear plum cherry apricot peach orange lemon lime grape fig melon strawberry raspberry blueberry mango "
        "banana quince pineapple date papaya gooseberry"),
    "vegetable": _words(
        "carrot cabbage onion leek turnip radish beetroot spinach lettuce celery pumpkin cucumber potato parsnip "
        "broccoli cauliflower asparagus artichoke kale garlic"),
    "tool": _words(
        "hammer saw chisel drill wrench spade rake shovel axe file plane clamp screwdriver sickle trowel pliers mallet "
        "crowbar pitchfork anvil"),
    "instrument": _words(
        "violin flute drum trumpet piano harp cello guitar clarinet oboe banjo trombone accordion mandolin fiddle "
        "bassoon tuba lute xylophone tambourine"),
    "colour": _words(
        "red blue green yellow purple crimson violet scarlet turquoise brown grey white black pink amber indigo maroon "
        "beige teal silver"),
    "tree": _words(
        "oak beech birch willow maple ash elm pine cedar spruce larch hazel chestnut alder poplar sycamore yew juniper "
        "cypress rowan"),
    "garment": _words(
        "coat scarf hat shirt jacket cloak apron waistcoat skirt dress sweater mitten glove sock belt bonnet shawl vest "
        "tunic robe"),
    "vehicle": _words(
        "cart wagon carriage bicycle train tram boat ferry barge canoe lorry bus van sledge tractor scooter raft "
        "airship submarine helicopter"),
    "metal": _words("iron copper tin lead gold zinc nickel steel bronze brass platinum aluminium titanium mercury cobalt chromium"),
    "building": _words(
        "barn mill church cottage castle tower library school bakery stable warehouse lighthouse palace chapel hospital "
        "museum temple theatre factory inn"),
    "furniture": _words("table chair bench stool cupboard wardrobe shelf desk sofa bed cradle dresser armchair bookcase cabinet chest"),
    "insect": _words("bee ant wasp beetle butterfly moth cricket grasshopper dragonfly ladybird fly mosquito hornet termite earwig locust"),
    "flower": _words("rose tulip daisy lily poppy violet primrose iris bluebell daffodil marigold pansy orchid lavender foxglove carnation"),
    "sport": _words("tennis football cricket hockey rowing swimming archery fencing cycling skating boxing golf wrestling basketball badminton rugby"),
    "fish": _words("trout salmon pike perch carp herring cod haddock mackerel sardine tuna eel sturgeon plaice anchovy halibut"),
    "spice": _words("pepper cinnamon ginger nutmeg clove saffron paprika cumin mustard vanilla turmeric cardamom aniseed coriander"),
}
# A word in two categories would make a question without a right answer.
_seen: dict[str, int] = {}
for _members in CATEGORIES.values():
    for _word in _members:
        _seen[_word] = _seen.get(_word, 0) + 1
CATEGORIES = {name: [word for word in members if _seen[word] == 1] for name, members in CATEGORIES.items()}

PLURALS = {"furniture": "pieces of furniture", "fish": "fish", "fruit": "fruits"}


def plural(category: str) -> str:
    return PLURALS.get(category, category + "s")


OPPOSITES = dict(pair.split("/") for pair in (
    "hot/cold big/small fast/slow early/late open/closed full/empty light/dark wet/dry young/old happy/sad loud/quiet "
    "hard/soft heavy/light rich/poor near/far tall/short thick/thin wide/narrow clean/dirty deep/shallow sharp/blunt "
    "rough/smooth brave/cowardly cheap/expensive strong/weak sweet/bitter true/false simple/complicated ancient/modern "
    "generous/stingy polite/rude careful/careless noisy/silent public/private straight/crooked tight/loose rare/common "
    "guilty/innocent victory/defeat arrival/departure success/failure buyer/seller import/export profit/loss "
    "question/answer entrance/exit").split())

SMALL_THINGS = _words(
    "lantern key letter compass whistle ring map notebook bell basket candle kettle mirror needle ribbon pocket_watch coin "
    "button brush teapot ladle hourglass magnet feather marble spoon jug thimble inkwell locket violin flute hammer "
    "trowel chisel scarf hat glove shawl parcel purse telescope medal photograph seed_packet recipe_book blue_vase "
    "silver_cup wooden_box paper_kite toy_boat brass_tap copper_pan")

CONTAINERS = _words(
    "basket drawer cupboard chest bucket barrel crate sack box suitcase jar cabinet pocket trunk wardrobe bag tin "
    "saddlebag hamper bowl")

ROOMS = _words(
    "kitchen attic cellar barn garden workshop stable hallway library bedroom shed pantry greenhouse office porch tower "
    "boathouse orchard classroom bakery")

FOODS = _words(
    "bread soup cheese honey porridge butter jam stew pie pancakes dumplings biscuits omelettes noodles rice toast "
    "gingerbread pudding sausages chestnuts mushrooms pickles custard waffles")

FEELINGS = _words(
    "proud worried curious cheerful nervous hopeful tired lonely grateful puzzled calm eager relieved ashamed excited "
    "patient stubborn surprised thoughtful gloomy")

ADVERBS = _words(
    "slowly quickly carefully quietly gladly eagerly calmly proudly gently bravely wearily cheerfully politely firmly "
    "nervously thoughtfully softly warmly patiently hastily")
