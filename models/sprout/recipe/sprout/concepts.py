"""Ideas explained in a paragraph. Each has two openings, two middles, two examples and two endings."""

# name, how it is asked, openings, middles, examples, endings
CONCEPTS: dict[str, dict[str, list[str]]] = {}


def _concept(name: str, openings, middles, examples, endings, asked: str | None = None) -> None:
    CONCEPTS[name] = {"asked": [asked or name], "openings": openings, "middles": middles,
                      "examples": examples, "endings": endings}


_concept("inflation",
    ["Inflation is a general rise in the prices of goods and services over time.",
     "Inflation means that prices rise across the whole economy, so that money buys less than before."],
    ["When there is inflation, each coin in your purse buys a little less than it did last year.",
     "It often happens when people want to buy more than the shops can offer, or when a great deal of new money is made."],
    ["For example, a loaf of bread that cost two coins last year may cost three coins today, although the loaf has not changed.",
     "Suppose a family pays ten coins for a basket of food this year and eleven coins for the same basket next year; that is inflation of ten percent."],
    ["A little inflation is normal, but when it is high, savings lose their value and people find it hard to plan, so a central bank may raise interest rates to slow it down.",
     "Wages do not always rise as quickly as prices, so people with fixed incomes suffer first, and the central bank tries to keep inflation low and steady."])
_concept("deflation",
    ["Deflation is a general fall in the prices of goods and services.", "Deflation means that prices fall across the whole economy."],
    ["It sounds pleasant, but people begin to wait, because everything may be cheaper next month.", "It often comes when people spend too little and shops cannot sell what they have."],
    ["For example, a farmer who sells wheat for less each year may not be able to repay a loan.", "For example, a shop may lower its prices, earn less, and then have to send workers home."],
    ["For this reason central banks fear deflation as much as high inflation.", "That is why most countries prefer prices that rise slowly and steadily."])
_concept("an interest rate",
    ["An interest rate is the price of borrowing money, given as a share of the loan.", "An interest rate says how much extra you pay back when you borrow money."],
    ["A saver receives interest for waiting, and a borrower pays it for not waiting.", "Banks charge more when they think that a loan may not be repaid."],
    ["For example, at a rate of five percent, a loan of one hundred coins costs five coins a year.", "For example, if you save one hundred coins at two percent, you have one hundred and two coins after a year."],
    ["When rates rise, people borrow less and spend less, and prices tend to rise more slowly.", "A central bank changes interest rates to keep the economy from running too hot or too cold."])
_concept("supply and demand",
    ["Supply and demand are the two forces that set the price of a thing in a market.", "Supply is how much sellers offer, and demand is how much buyers want."],
    ["When many people want a thing and few can sell it, the price goes up.", "When there is plenty of a thing and few people want it, the price goes down."],
    ["For example, after a bad harvest there are few apples, so each apple costs more.", "For example, umbrellas sell for a better price on a rainy day than on a sunny one."],
    ["In the end the price settles where sellers offer just as much as buyers want.", "A price is therefore a kind of message that tells makers what to make more of."])
_concept("a tax",
    ["A tax is money that people and companies must pay to the government.", "A tax is a payment that the law requires, so that a country can pay for things that everyone uses."],
    ["It may be taken from wages, from profits, or from the price of what we buy.", "Some taxes ask more from those who earn more, and others are the same for all."],
    ["For example, taxes pay for roads, schools, and hospitals.", "For example, when you buy a lamp, a small part of the price may go to the government."],
    ["People argue about how high taxes should be, but few countries manage without them.", "A good tax is simple, fair, and hard to avoid."])
_concept("trade",
    ["Trade is the exchange of goods and services between people or countries.", "Trade means giving what you have for what you need."],
    ["It lets everyone do the work they do best and buy the rest from others.", "Long ago people traded one thing for another, and later they used money because it was easier."],
    ["For example, a town with good clay can sell pots and buy wool from a town with many sheep.", "For example, a warm country can sell oranges and buy timber from a cold one."],
    ["Both sides can gain from trade, or they would not agree to it.", "When trade stops, both sides usually become poorer."])
_concept("a bank",
    ["A bank is a business that keeps money safe and lends it to others.", "A bank takes in the savings of many people and lends them out again."],
    ["It pays savers a little interest and charges borrowers a little more.", "The difference between the two rates pays for the work of the bank."],
    ["For example, a baker may borrow from a bank to buy a new oven.", "For example, a young couple may save in a bank for years and then borrow the rest to buy a house."],
    ["A bank works only as long as people trust it, so it must keep enough money ready.", "If everyone wants their money on the same day, even a good bank is in trouble."])
_concept("unemployment",
    ["Unemployment means that people who want to work cannot find a job.", "Unemployment is the share of people who look for work and do not have any."],
    ["It rises when companies sell less and need fewer workers.", "Some of it is short, because it takes time to move from one job to the next."],
    ["For example, when a mine closes, many miners must learn a new trade.", "For example, a fishing village may have much work in summer and little in winter."],
    ["Long unemployment is hard on families, so many countries pay support and offer training.", "When it is very high, people spend less, and that can cost still more jobs."])
_concept("a budget",
    ["A budget is a plan for how much money comes in and how much goes out.", "A budget is a list of what you expect to earn and what you want to spend."],
    ["It shows early whether the money will last until the end of the month.", "It helps you decide what is needed and what can wait."],
    ["For example, a family may set aside ten coins for food, five for rent, and two for savings.", "For example, a school may plan the cost of books before the year begins."],
    ["A budget does not make you rich, but it keeps surprises small.", "If you spend more than you planned, you can see it and change course."])
_concept("competition",
    ["Competition means that several sellers try to win the same buyers.", "Competition is what happens when many companies offer the same kind of thing."],
    ["Each of them must offer a better price or a better product.", "A seller who is alone can ask for almost any price, but a seller with rivals cannot."],
    ["For example, two bakers in one street will both try to bake the best bread.", "For example, when a second ferry began to run, both ferries lowered their fares."],
    ["Buyers gain from competition, and so do sellers with good ideas.", "That is why many countries have laws that keep one company from owning a whole market."])
_concept("a computer",
    ["A computer is a machine that follows instructions to store and change information.", "A computer is a machine that works with numbers very quickly and does exactly what its program says."],
    ["Everything inside it, from pictures to music, is kept as long rows of ones and zeros.", "A processor carries out the instructions, and a memory keeps the data close at hand."],
    ["For example, a computer can add a million numbers while you blink.", "For example, a computer can search a whole library for one word."],
    ["It is fast and patient, but it does not know what you meant unless someone told it.", "A computer is only as useful as the programs that people write for it."])
_concept("an algorithm",
    ["An algorithm is a list of clear steps that solves a problem.", "An algorithm is a recipe that says exactly what to do, one step after another."],
    ["Anyone who follows the steps, person or machine, gets the same result.", "A good algorithm is correct, finishes in the end, and does not waste time."],
    ["For example, to find a name in a sorted list, open the list in the middle and then search only the half that can hold it.", "For example, long division on paper is an algorithm that children learn at school."],
    ["Two algorithms may solve the same problem, and one of them may be a thousand times faster.", "Choosing the right algorithm often helps more than buying a faster computer."])
_concept("a program",
    ["A program is a list of instructions for a computer.", "A program is a text that tells a computer what to do."],
    ["People write it in a programming language, and another program turns it into machine code.", "The computer reads one instruction after another and does just what it says."],
    ["For example, a small program can read a list of prices and print the sum.", "For example, the game on your phone is a program."],
    ["A mistake in a program is called a bug, and finding it takes patience.", "Good programs are easy to read, because people must change them later."])
_concept("the internet",
    ["The internet is a network that joins computers all over the world.", "The internet is a network of networks, through which computers send each other messages."],
    ["Every message is cut into small packets, and each packet finds its own way.", "Machines called routers pass the packets along until they arrive."],
    ["For example, when you open a page, your computer asks a server far away to send it.", "For example, a letter sent through the internet arrives in a second."],
    ["Because there are many paths, the network goes on working when one cable breaks.", "No single company owns the internet, but everyone agrees on its rules."])
_concept("memory", 
    ["Memory is the part of a computer that keeps data while it works.", "Memory is where a computer keeps the numbers that it needs right now."],
    ["It is fast, but most of it forgets everything when the power goes off.", "It is like a desk, while the disk is like a cupboard."],
    ["For example, an open drawing sits in memory until you save it to the disk.", "For example, a large model needs much memory, because all its numbers must be close at hand."],
    ["When memory is full, a computer becomes slow or must stop a program.", "Reading from memory often takes longer than the sum that follows."], asked="computer memory")
_concept("a language model",
    ["A language model is a program that guesses the next word of a text.", "A language model is a program that has read much text and learned which words follow which."],
    ["It turns words into numbers and passes them through many layers.", "It learns by guessing, seeing the right word, and changing its numbers a little."],
    ["For example, after the words good morning it may guess how are you.", "For example, you can ask it a question, and it will write an answer one piece at a time."],
    ["It can be wrong and still sound sure, so its answers should be checked.", "A small model knows little, but it runs on almost any machine."])
_concept("quantization",
    ["Quantization stores the numbers of a model with fewer bits.", "Quantization means rounding the numbers in a model so that they need less space."],
    ["The model becomes smaller and often faster, because less must be read from memory.", "Each group of numbers shares a scale, and every number keeps only a few bits."],
    ["For example, a model of sixteen gigabytes may shrink to five.", "For example, four bits can tell apart only sixteen values, so each number is moved to the nearest one."],
    ["The price is a small loss of quality, and it grows when the bits become very few.", "With eight bits the loss can hardly be seen, but with two bits it is plain."])
_concept("a database",
    ["A database is an ordered collection of data that a computer can search quickly.", "A database is a program that keeps data safe and finds it again."],
    ["Data is often kept in tables, with one row for each thing.", "An index helps it find a row without reading all the others."],
    ["For example, a library keeps its books and readers in a database.", "For example, a shop looks up the price of each item in a database."],
    ["A good database keeps its data correct even when the power fails.", "Many people can use the same database at the same time."])
_concept("gravity",
    ["Gravity is the force that pulls things with mass toward each other.", "Gravity is the pull between all things that have mass."],
    ["The more mass a thing has, and the nearer it is, the stronger it pulls.", "The earth is so heavy that its pull holds us all on the ground."],
    ["For example, an apple falls from a tree because the earth pulls it down.", "For example, the moon stays near the earth because gravity bends its path."],
    ["Without gravity the air would drift away, and so would the sea.", "Isaac Newton described gravity with one short law."])
_concept("electricity",
    ["Electricity is the flow of tiny charged particles called electrons.", "Electricity is energy carried by moving charges."],
    ["It runs easily through copper and hardly at all through glass or rubber.", "A battery or a generator pushes the charges through a wire."],
    ["For example, it makes the thin wire in a light bulb so hot that it glows.", "For example, it turns the motor of a tram."],
    ["It is useful because it can be sent far away and turned into light, heat, or motion.", "It can also be dangerous, so wires are wrapped in plastic."])
_concept("photosynthesis",
    ["Photosynthesis is the way plants make food from light.", "Photosynthesis is how a green leaf turns light, water, and air into sugar."],
    ["The leaf takes in water from the roots and carbon dioxide from the air.", "A green substance called chlorophyll catches the light."],
    ["For example, a potato stores the sugar as starch under the ground.", "For example, a tree in full sun grows faster than one in the shade."],
    ["The plant gives off oxygen, which animals need to breathe.", "Almost all the food on earth begins with photosynthesis."])
_concept("the water cycle",
    ["The water cycle is the journey of water from the sea to the sky and back.", "The water cycle is the way water moves around the earth without end."],
    ["The sun warms the sea, and water rises into the air as vapour.", "High in the cold air the vapour turns into small drops and makes clouds."],
    ["For example, rain that falls on a hill runs into a stream, then a river, and at last the sea.", "For example, a puddle dries after the rain, because its water goes back into the air."],
    ["So the water in your cup may once have been snow on a mountain.", "No water is lost on the way; it only changes its place and its form."])
_concept("a rainbow",
    ["A rainbow is an arc of colours that appears when the sun shines on rain.", "A rainbow is sunlight that raindrops have split into its colours."],
    ["White light is a mixture of all colours, and each colour bends a little differently in water.", "The light enters a drop, bends, turns back, and bends again on its way out."],
    ["For example, you can make a small rainbow with a garden hose on a sunny day.", "For example, after a summer storm you may see one if the sun is behind you."],
    ["The order of the colours is always the same, from red to violet.", "Nobody can reach the end of a rainbow, because it moves as you move."])
_concept("a vaccine",
    ["A vaccine is a medicine that teaches the body to fight a disease.", "A vaccine prepares the body for an illness before it comes."],
    ["It shows the body a harmless part of a germ, and the body learns to know it.", "The body makes defenders that remember the germ for years."],
    ["For example, Edward Jenner protected a boy from smallpox with a much milder disease.", "For example, children receive a vaccine against measles."],
    ["When many people are protected, the disease finds it hard to spread.", "Vaccines have saved more lives than almost any other invention."])
_concept("a map",
    ["A map is a drawing of a place seen from above.", "A map is a small picture of a large piece of land."],
    ["Its scale says how much smaller the drawing is than the land.", "Small signs stand for roads, rivers, woods, and houses."],
    ["For example, on some maps one thumb of paper stands for a walk of an hour.", "For example, a blue line on a map is a river."],
    ["A map leaves out most things, and that is why it is useful.", "With a map and a compass you can find your way in fog."])
_concept("democracy",
    ["Democracy is a way of ruling in which the people choose their leaders.", "Democracy means that the people decide, usually by voting."],
    ["Every voter has one vote, and the votes are counted in the open.", "Leaders serve for a few years, and then they must be chosen again."],
    ["For example, a town may vote for its mayor every four years.", "For example, a school class can vote on where to travel."],
    ["It also needs fair courts, a free press, and respect for those who lost the vote.", "It is slow at times, but mistakes can be put right without a fight."])
_concept("a library",
    ["A library is a place where books are kept and lent to readers.", "A library is a house full of books that anyone may borrow."],
    ["The books stand in order, so that each one can be found again.", "A librarian helps readers and takes care of the books."],
    ["For example, you may take a book home for three weeks and then bring it back.", "For example, a child may read a whole shelf of stories in one winter."],
    ["Because readers share the books, nobody has to buy them all.", "A town with a good library is a richer town, even if its purse is thin."])
_concept("recycling",
    ["Recycling means using the material of old things to make new ones.", "Recycling turns rubbish into something useful."],
    ["Paper, glass, and metal are collected apart, cleaned, and worked again.", "It saves raw material, and often it saves energy as well."],
    ["For example, old bottles can be melted to make new bottles.", "For example, an old newspaper may become a cardboard box."],
    ["Even better is to use a thing for a long time and to repair it.", "It works best when people sort their rubbish at home."])
_concept("a battery",
    ["A battery is a device that stores energy and gives it back as electricity.", "A battery turns chemical energy into electricity."],
    ["Inside it, two different materials stand in a liquid or a paste.", "When a wire joins its two ends, a current begins to flow."],
    ["For example, a small battery can light a torch for many hours.", "For example, the battery of an electric car is as heavy as a cow."],
    ["Alessandro Volta built the first true battery from copper, zinc, and salty cloth.", "Some batteries can be charged again, and others are used only once."])
_concept("a price",
    ["A price is the amount of money that a buyer gives for a thing.", "A price says what a thing costs in money."],
    ["It depends on how many people want the thing and how hard it is to make.", "Buyers like a low price, sellers like a high one, and they meet in between."],
    ["For example, ice costs more in summer, when everybody wants it.", "For example, a chair made by hand costs more than one made by a machine."],
    ["A price carries news, because it rises when something becomes rare.", "Nobody has to set all prices, because a market finds them by itself."])
_concept("insurance",
    ["Insurance is a promise to pay for a loss in return for a small regular payment.", "Insurance means that many people share the cost of a misfortune."],
    ["Everyone pays a little, and the few who have bad luck are paid from the common purse.", "The payment is called a premium, and it is higher where the danger is greater."],
    ["For example, if a house burns down, the insurance pays for a new one.", "For example, a captain may insure a ship before a long journey."],
    ["It does not prevent the loss, but it keeps one bad day from ruining a family.", "It works because misfortune does not strike everyone at once."])
_concept("a robot",
    ["A robot is a machine that can sense the world and act in it by itself.", "A robot is a machine that does work by following a program."],
    ["Sensors tell it what is around it, and motors move its arms or wheels.", "A small computer inside decides what it does next."],
    ["For example, a robot can paint cars all day without getting tired.", "For example, a small robot can sweep the floor while you are out."],
    ["Robots are best at dull, heavy, or dangerous work.", "People are still much better at work that is new every day."])
