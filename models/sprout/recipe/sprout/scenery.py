"""What every story may borrow: times, weather, places, small remarks and last lines."""

TIMES = ["One morning", "One evening", "Early one day", "On a market day", "Late in the autumn", "In the middle of winter",
         "On the first day of spring", "One Sunday", "Shortly before noon", "Just after sunrise", "On a summer afternoon",
         "In the week before the harvest", "On a Friday in May", "When the apples were ripe", "The day after the fair",
         "Before the shops had opened", "Towards the end of March", "On the longest day of the year"]

WEATHER = [
    "The air smelled of rain and cut grass.", "A thin fog lay over the roofs.", "The wind came from the sea and shook the shutters.",
    "Snow had covered the fields in the night.", "It was so warm that even the dogs lay in the shade.",
    "Grey clouds hung above the hills.", "The sun was shining on the wet stones of the square.", "A cold wind blew along the river.",
    "It had rained for three days, and the road was full of mud.", "The sky was clear, and the swallows flew high.",
    "Frost had drawn white leaves on the windows.", "There was thunder far away, but no rain fell.",
    "Yellow leaves danced across the yard.", "The river was high and brown.", "Not a branch moved, and the smoke rose straight up.",
    "A soft rain tapped on the roof all day.", "The evening light made the walls look like gold.", "Ice was floating on the pond."]

ADJECTIVES = ("old small heavy broken shiny plain lovely strange tiny dusty painted rusty handsome crooked simple precious worn "
              "polished borrowed forgotten curious ordinary slender dented carved").split()

GIVERS = ["grandmother", "grandfather", "uncle", "aunt", "first teacher", "mother", "father", "oldest friend", "neighbour", "godmother"]

SMELLS = ["smelled of wood and oil", "was full of boxes", "was cold and quiet", "was darker than usual", "looked as if nobody had been there for years",
          "was warm and bright", "was crowded with visitors", "smelled of apples", "had a low door and one small window",
          "was swept and clean", "creaked at every step", "echoed with voices"]

REMARKS = [
    '"Patience is cheaper than haste," said {helper}.', '"I have seen worse," said {helper} with a smile.',
    '"Two pairs of eyes are better than one," said {helper}.', '"We should begin with what we know," said {hero} {adverb}.',
    '"Let us think before we run," said {helper}.', '"That is easy to say and hard to do," answered {hero}.',
    '"You worry too much," said {helper} {adverb}.', '"Nothing is lost until we stop looking," said {hero}.',
    '"My {giver} would have known what to do," said {hero}.', '"First we eat something, and then we work," said {helper}.',
    '"I never thought of that," admitted {hero}.', '"It is worth a try," said {helper} {adverb}.']

MEALS = ["They shared {food} and {drink} at the long table.", "Afterwards they ate {food} by the fire.",
         "{Hero} brought {solid}, and {helper} brought {drink}.", "There was {food} for everybody.",
         "They were so hungry that the {food} was gone in a minute.", "{Helper} fetched {drink} from the cellar, and they drank to their luck."]
DRINKS = ["tea", "cider", "warm milk", "coffee", "apple juice", "cold water", "ginger beer", "hot chocolate"]

ANIMAL_LINES = [
    "Even {pet} seemed to be {feeling}.", "{Pet} watched them from the doorstep.", "{Pet} followed them all the way.",
    "{Pet} slept through the whole affair.", "In the yard {pet} was chasing a leaf."]

ENDINGS = [
    "From that day on {hero} was a little less {feeling}.", "{Hero} told the story for many years.",
    "That night {hero} slept well.", "And if the {thing} is not broken, it is in use to this day.",
    "{Helper} only smiled and went home.", "The people of {town} still talk about it.", "It was the best day of the whole year.",
    "Since then the two have been friends.", "{Hero} never forgot what {helper} had done.", "So the day ended better than it had begun.",
    "After that, {hero} looked at every {thing} with new eyes.", "Nobody in {town} ever spoke of it again, except {helper}, who could not keep quiet.",
    "The next morning everything in {town} was as usual, but {hero} felt {feeling}.", "{Hero} wrote it all down in a little book."]
