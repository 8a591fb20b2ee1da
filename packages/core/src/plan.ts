import type { Json } from "./json.ts";
import type { Subject } from "./scenario.ts";

/** One arm: a subject and what its blocks do, by scenario. */
export interface PlannedArm {
  readonly name: string;
  readonly subject: Subject;
  /** By scenario; an arm without any is made ready and not run, as a reference that the command line leaves out. */
  readonly workloads: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** The arm that it is compared with; the baseline unless said. */
  readonly against?: string;
  /** Why it is skipped though it belongs to the plan. */
  readonly unavailable?: string;
}

/** Which arm runs when. "interleaved": every round runs each arm once, in a seeded random order. "abba": forward, then backward. */
export type Order = "interleaved" | "abba";

export interface Protocol {
  /** Fresh processes an arm. */
  readonly blocks: number;
  readonly order: Order;
  readonly seed: number;
}

/** Everything that a run is made of, as JSON. */
export interface Plan {
  /** "exp3": names the run in locks, progress and documents. */
  readonly id: string;
  readonly question: string;
  readonly arms: readonly PlannedArm[];
  /** The arm that the others are compared with. */
  readonly baseline: string;
  /** The arm that quality is held against; absent where none is wanted. */
  readonly reference?: string;
  readonly protocol: Protocol;
  /** What an arm may take over all its blocks; what would pass it is left out. */
  readonly armBudgetMs: number;
  /** A block that is silent for so long is ended. */
  readonly silenceMs: number;
  /** False for a first look, which need not wait for a quiet host. */
  readonly waits: boolean;
  /** False for everything that must not be kept in `results/`. */
  readonly full: boolean;
  /** What the command line changed ("threads": 4); empty for the protocol as written. */
  readonly overrides: Readonly<Record<string, Json>>;
  /** What `{name}` stands for in the words of programs. Part of no document. */
  readonly places?: Readonly<Record<string, string>>;
}
