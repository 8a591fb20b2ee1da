import type { ChatMessage } from "@quantlab/core";

/** A chat of several turns, each of which leans on those before. */
export const neighbours: readonly ChatMessage[] = [
  {
    role: "user",
    content:
      "Our house has six flats and one washing machine in the cellar. On Saturdays everybody wants it at once, and on " +
      "Tuesdays it stands still. How could we share it without a quarrel?",
  },
  {
    role: "assistant",
    content:
      "A list on the cellar door often does it. Divide the week into slots of two hours, let every flat take one slot at " +
      "the weekend and as many as it likes from Monday to Friday, and wipe the list on Sunday evening. Whoever does not " +
      "come within fifteen minutes loses the slot to the next in line.",
  },
  {
    role: "user",
    content:
      "We tried a list. Two families with small children fill it on Sunday night, before the others are home. One of us " +
      "works nights, too, and can only wash in the morning.",
  },
  {
    role: "assistant",
    content:
      "Then the list should not go to whoever is first. Keep three morning slots for the one who works nights, give each " +
      "of the two families one more slot than the rest, and draw lots for what is left.",
  },
  {
    role: "user",
    content:
      "That sounds fair. Please write a short notice that I can hang up: friendly, with the rules as a list, and with what " +
      "happens if somebody keeps breaking them.",
  },
];
