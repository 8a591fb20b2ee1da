"""Well-known true facts, each as a subject, an answer and the ways people ask for it."""

# thing | inventor | year | words that count as the right answer
INVENTIONS = [tuple(line.split("|")) for line in """\
the light bulb|Thomas Edison|1879|Edison
the telephone|Alexander Graham Bell|1876|Bell
the printing press|Johannes Gutenberg|1440|Gutenberg
the airplane|the Wright brothers|1903|Wright
the World Wide Web|Tim Berners-Lee|1989|Berners-Lee
dynamite|Alfred Nobel|1867|Nobel
the electric telegraph|Samuel Morse|1837|Morse
the phonograph|Thomas Edison|1877|Edison
the smallpox vaccine|Edward Jenner|1796|Jenner
the barometer|Evangelista Torricelli|1643|Torricelli
the lightning rod|Benjamin Franklin|1752|Franklin
the electric battery|Alessandro Volta|1800|Volta
the sewing machine|Elias Howe|1846|Howe
the diesel engine|Rudolf Diesel|1893|Diesel
the safety elevator|Elisha Otis|1853|Otis
television|John Logie Baird|1926|Baird
the jet engine|Frank Whittle|1930|Whittle
the ballpoint pen|Laszlo Biro|1938|Biro
the saxophone|Adolphe Sax|1846|Sax
the cotton gin|Eli Whitney|1793|Whitney
the spinning jenny|James Hargreaves|1764|Hargreaves
the mercury thermometer|Daniel Fahrenheit|1714|Fahrenheit
the computer mouse|Douglas Engelbart|1964|Engelbart
the Linux kernel|Linus Torvalds|1991|Torvalds
the Python language|Guido van Rossum|1991|Rossum
the C language|Dennis Ritchie|1972|Ritchie
the analytical engine|Charles Babbage|1837|Babbage
wireless telegraphy|Guglielmo Marconi|1895|Marconi
the pendulum clock|Christiaan Huygens|1656|Huygens
the hot air balloon|the Montgolfier brothers|1783|Montgolfier""".splitlines()]

CAPITALS = dict(pair.split("/") for pair in (
    "France/Paris Germany/Berlin Italy/Rome Spain/Madrid Portugal/Lisbon Austria/Vienna Greece/Athens Norway/Oslo "
    "Sweden/Stockholm Finland/Helsinki Denmark/Copenhagen Poland/Warsaw Hungary/Budapest Ireland/Dublin Japan/Tokyo "
    "China/Beijing India/Delhi Egypt/Cairo Kenya/Nairobi Canada/Ottawa Peru/Lima Chile/Santiago Cuba/Havana "
    "Russia/Moscow Turkey/Ankara Belgium/Brussels Iceland/Reykjavik Thailand/Bangkok Australia/Canberra "
    "Morocco/Rabat").split())

# question | short answer | words that count as right
TRIVIA = [tuple(line.split("|")) for line in """\
How many days are in a week?|There are seven days in a week.|seven,7
How many months are in a year?|There are twelve months in a year.|twelve,12
How many legs does a spider have?|A spider has eight legs.|eight,8
How many legs does an insect have?|An insect has six legs.|six,6
How many sides does a triangle have?|A triangle has three sides.|three,3
How many minutes are in an hour?|There are sixty minutes in an hour.|sixty,60
How many hours are in a day?|There are twenty-four hours in a day.|twenty-four,24
How many bits are in a byte?|There are eight bits in a byte.|eight,8
What is the largest planet?|Jupiter is the largest planet.|Jupiter
Which planet is nearest to the sun?|Mercury is the planet nearest to the sun.|Mercury
Which planet is famous for its rings?|Saturn is famous for its rings.|Saturn
What is the largest ocean?|The Pacific is the largest ocean.|Pacific
What is the highest mountain?|Mount Everest is the highest mountain.|Everest
What gas do plants take from the air?|Plants take carbon dioxide from the air.|carbon dioxide
What gas do we need to breathe?|We need oxygen to breathe.|oxygen
What is frozen water called?|Frozen water is called ice.|ice
Who wrote the first computer program?|Ada Lovelace wrote the first computer program.|Lovelace
Who discovered penicillin?|Alexander Fleming discovered penicillin.|Fleming
Who discovered radium?|Marie Curie discovered radium.|Curie
Who described gravity with one law?|Isaac Newton described gravity with one law.|Newton
Who wrote about the theory of relativity?|Albert Einstein wrote about the theory of relativity.|Einstein
Who wrote about evolution?|Charles Darwin wrote about evolution.|Darwin
Who wrote The Wealth of Nations?|Adam Smith wrote The Wealth of Nations.|Smith
Who designed a machine that could break the Enigma code?|Alan Turing designed a machine that could break the Enigma code.|Turing
What do bees make?|Bees make honey.|honey
What do cows give us to drink?|Cows give us milk to drink.|milk
What metal is liquid at room temperature?|Mercury is liquid at room temperature.|mercury
At what temperature does water boil?|Water boils at one hundred degrees Celsius.|one hundred,100
At what temperature does water freeze?|Water freezes at zero degrees Celsius.|zero,0
What does CPU stand for?|CPU stands for central processing unit.|central processing unit
What does RAM stand for?|RAM stands for random access memory.|random access memory
What is the opposite of inflation?|The opposite of inflation is deflation.|deflation
Who sets interest rates?|A central bank sets interest rates.|central bank
What is the main language of Brazil?|The main language of Brazil is Portuguese.|Portuguese
Which animal is called the king of beasts?|The lion is called the king of beasts.|lion
Which is the fastest animal on land?|The cheetah is the fastest animal on land.|cheetah""".splitlines()]

INVENTOR_QUESTIONS = [
    "Who invented {thing}?", "Do you know who invented {thing}?", "Tell me who invented {thing}.",
    "Which person invented {thing}?", "Whose invention is {thing}?"]
INVENTOR_ANSWERS = [
    "{Inventor} invented {thing} in {year}.", "{Thing} was invented by {inventor} in {year}.", "{Inventor} invented {thing}."]
YEAR_QUESTIONS = ["When was {thing} invented?", "In which year was {thing} invented?"]
YEAR_ANSWERS = ["{Thing} was invented in {year}.", "{Inventor} invented {thing} in {year}."]
CAPITAL_QUESTIONS = [
    "What is the capital of {country}?", "Which city is the capital of {country}?", "Name the capital of {country}.",
    "Tell me the capital of {country}."]
CAPITAL_ANSWERS = ["The capital of {country} is {city}.", "{city} is the capital of {country}."]
COUNTRY_QUESTIONS = ["Which country has the capital {city}?", "{city} is the capital of which country?"]
COUNTRY_ANSWERS = ["{city} is the capital of {country}."]
OPPOSITE_QUESTIONS = ["What is the opposite of {word}?", "Tell me the opposite of {word}.", "Which word is the opposite of {word}?"]
OPPOSITE_ANSWERS = ["The opposite of {word} is {other}."]
CATEGORY_QUESTIONS = ["What kind of thing is a(n) {word}?", "What is a(n) {word}?", "Is a(n) {word} a(n) {kind} or a(n) {other}?"]
CATEGORY_ANSWERS = ["A(n) {word} is a(n) {kind}."]
