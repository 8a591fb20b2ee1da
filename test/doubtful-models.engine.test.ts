// A model that is other than it says: every verb gives the right figure, or one line and an error. A new engine or verb
// gets a line in `support/doubting-verbs.ts`.
import { doubting } from "./support/doubting.ts";
import { pythonVerbs, quickVerbs } from "./support/doubting-verbs.ts";

doubting(quickVerbs);

// The whole table of these is a peers' test: Python takes seconds to start.
doubting(pythonVerbs, ({ what }) => ["a weight missing", "NaN"].includes(what));
