// The part of the table of doubtful models that takes minutes.
import { doubting } from "./support/doubting.ts";
import { peersVerbs, pythonVerbs } from "./support/doubting-verbs.ts";

doubting([...pythonVerbs, ...peersVerbs]);
