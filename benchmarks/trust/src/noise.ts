import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** What a host does to the time of a block, as it goes into a simulation: shares of the block's time. */
export interface Noise {
  readonly name: string;
  /** Standard deviation of a block by itself. */
  readonly block: number;
  /** Of the step by which the host's speed wanders from one block to the next. */
  readonly wander: number;
  /** Degrees of freedom of Student's t where tails are heavy; normal unless said. */
  readonly tails?: number;
  /** How many blocks a passing neighbour meets, and by how much it slows one: evenly from 0 to twice that. */
  readonly neighbour?: { readonly share: number; readonly slows: number };
  /** How many times as noisy as `block` says an arm is, by its place among so many; once unless said. */
  readonly arms?: (arm: number, of: number) => number;
}

/** Residuals of this lab's own runs on two cores are 2 to 6%, drift and arms of unequal noise among them. */
export const noises: readonly Noise[] = [
  { name: "calm", block: 0.02, wander: 0 },
  { name: "usual", block: 0.03, wander: 0.005 },
  { name: "drifting", block: 0.03, wander: 0.015 },
  { name: "heavy tails", block: 0.03, wander: 0.005, tails: 3 },
  { name: "a neighbour now and then", block: 0.02, wander: 0.005, neighbour: { share: 0.05, slows: 0.15 } },
  { name: "loud", block: 0.05, wander: 0.01 },
  {
    name: "one arm 5 times as noisy",
    block: 0.02,
    wander: 0.005,
    arms: (arm, of) => (arm === of - 1 ? 5 : 1),
  },
  {
    name: "another arm 5 times as noisy",
    block: 0.02,
    wander: 0.005,
    arms: (arm, of) => (arm === 1 && of > 2 ? 5 : 1),
  },
  { name: "half of the arms twice as noisy", block: 0.02, wander: 0.005, arms: (arm) => 1 + (arm % 2) },
];

/** Random numbers, the same ones for the same seed. */
export class Draws {
  readonly #generator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** Between 0 and 1. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** By Box and Muller's transform. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Student's t, brought to a variance of 1; `degrees` above 2. */
  student(degrees: number): number {
    const square = Array.from({ length: degrees }, () => this.normal() ** 2).reduce(
      (sum, each) => sum + each,
      0,
    );
    return (this.normal() / Math.sqrt(square / degrees)) * Math.sqrt((degrees - 2) / degrees);
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, key: this.uniform() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  }
}

/**
 * ln time of every block of a run, by arm, each under its round: the arms of a round come in a random order, as a run has
 * them, and every block meets the host as it has become by then.
 */
export function simulatedRun(
  arms: number,
  rounds: number,
  { block, wander, tails, neighbour, arms: factor = () => 1 }: Noise,
  draws: Draws,
): number[][] {
  const times = Array.from({ length: arms }, () => new Array<number>(rounds));
  let host = 0;
  for (let round = 0; round < rounds; round++) {
    for (const arm of draws.shuffled([...times.keys()])) {
      host += wander * draws.normal();
      const own = block * factor(arm, arms) * (tails === undefined ? draws.normal() : draws.student(tails));
      const met = neighbour !== undefined && draws.uniform() < neighbour.share;
      times[arm]![round] = host + own + (met ? Math.log1p(2 * neighbour.slows * draws.uniform()) : 0);
    }
  }
  return times;
}
