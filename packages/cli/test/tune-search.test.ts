import type { Effect } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { judge, type Outcome } from "../src/tune/judgement.ts";
import { type Coordinate, type Finding, nextStep, type Options, type Pair } from "../src/tune/search.ts";

const effect = (ratio: number, reach = 0.01): Effect => ({
  ...{ ratio, ci95: [ratio - reach, ratio + reach] },
  ...{ claim: ratio - reach > 1 ? "more" : ratio + reach < 1 ? "less" : "none" },
});
const measured = (prefill: Effect, decode: Effect): Outcome => ({
  kind: "measured",
  effects: [
    { point: "pp64", phase: "prefill", effect: prefill },
    { point: "pp64", phase: "decode", effect: decode },
  ],
});
const steady = effect(1);

const one = (setting: string, ...values: (string | number)[]): Coordinate => ({
  setting,
  candidates: () => values.map((value) => ({ label: String(value), options: { [setting]: value } })),
});

/** Runs the search to its end on a machine that answers like this; returns what it measured, and how it ended. */
function searched(
  space: readonly Coordinate[],
  machine: (pair: Pair, attempt: number) => Outcome,
  start: Options = {},
) {
  const findings: Finding[] = [];
  for (;;) {
    const step = nextStep(space, start, findings);
    if (step.measure === null) return { ...step, pairs: findings.map(({ pair }) => pair) };
    const { measure: pair } = step;
    const attempt = findings.filter((each) => each.pair.label === pair.label).length;
    findings.push({ pair, outcome: machine(pair, attempt) });
    if (findings.length > 50) throw new Error("it does not end");
  }
}

/** A machine on which each value of a setting has a speed of its own. */
const speeds = (own: Readonly<Record<string, number>>) => (pair: Pair) => {
  const speed = (options: Options) =>
    Object.entries(options).reduce((product, [name, value]) => product * (own[`${name} ${value}`] ?? 1), 1);
  return measured(effect(speed(pair.candidate) / speed(pair.anchor)), steady);
};

describe("the search for settings", () => {
  it("takes what is faster, which is then the anchor of what comes behind, and confirms the end against the start", () => {
    const space = [one("threads", 1, 2), one("microBatchSize", 128, 256)];
    const { best, pairs } = searched(
      space,
      speeds({ "threads 1": 1.2, "threads 2": 1.3, "microBatchSize 128": 0.8 }),
    );
    expect(best).toEqual({ threads: 2 });
    expect(pairs.map(({ anchor, candidate }) => [anchor, candidate])).toEqual([
      [{}, { threads: 1 }],
      [{ threads: 1 }, { threads: 2 }],
      [{ threads: 2 }, { threads: 2, microBatchSize: 128 }],
      [{ threads: 2 }, { threads: 2, microBatchSize: 256 }],
      [{}, { threads: 2 }],
    ]);
    expect(pairs.at(-1)!.purpose).toBe("confirmation");
  });

  it("keeps the start, and confirms nothing, where nothing is better", () => {
    const { best, decisions } = searched([one("threads", 1, 4)], speeds({ "threads 1": 0.6 }));
    expect(best).toBeNull();
    expect(decisions.map(({ verdict }) => verdict.is)).toEqual(["slower", "not faster"]);
  });

  it("measures a candidate again whose anchor drifted, and counts only the steady measurement", () => {
    const machine = (pair: Pair, attempt: number): Outcome =>
      pair.purpose === "candidate" && attempt < 2
        ? { kind: "drifted", change: -0.3 }
        : measured(effect(1.5), steady);
    const { best, pairs, decisions } = searched([one("threads", 1)], machine);
    expect(pairs.map(({ purpose }) => purpose)).toEqual([
      ...["candidate", "candidate", "candidate"],
      "confirmation",
    ]);
    expect(best).toEqual({ threads: 1 });
    expect(decisions[0]!.verdict.is).toBe("better");
  });

  it("gives a candidate up whose anchor drifts each of three times", () => {
    const { best, pairs, decisions } = searched([one("threads", 1)], () => ({
      kind: "drifted",
      change: 0.2,
    }));
    expect(pairs).toHaveLength(3);
    expect(best).toBeNull();
    expect(decisions[0]!.verdict).toEqual({
      is: "drifted",
      why: "the machine's own speed changed by 20% meanwhile",
    });
  });

  it("keeps nothing that was better once and is not when it is measured anew", () => {
    const { best, decisions } = searched([one("threads", 1)], ({ purpose }) =>
      measured(effect(purpose === "candidate" ? 1.2 : 1), steady),
    );
    expect(best).toBeNull();
    expect(decisions.map(({ verdict }) => verdict.is)).toEqual(["better", "not faster"]);
  });

  it("goes on behind a candidate that the engine refuses", () => {
    const machine = ({ label }: Pair): Outcome =>
      label === "native" ? { kind: "refused", reason: "none compiled" } : measured(effect(1.1), steady);
    const { best, decisions } = searched([one("library", "native"), one("threads", 1)], machine);
    expect(best).toEqual({ threads: 1 });
    expect(decisions[0]!.verdict).toEqual({ is: "refused", why: "none compiled" });
  });
});

describe("a setting", () => {
  it.each([
    ["faster in one phase and alike in the other", measured(effect(1.2), steady), "better"],
    ["faster in one phase and slower in the other", measured(effect(1.5), effect(0.95)), "slower"],
    [
      "faster in one phase, where the other may have lost 5%",
      measured(effect(1.5), effect(1, 0.05)),
      "undecided",
    ],
    ["a little faster, but not surely", measured(effect(1.02, 0.03), steady), "not faster"],
    ["slower by a third, whatever the interval says", measured(effect(0.66, 0.5), steady), "slower"],
  ])("that is %s", (_, outcome, is) => {
    expect(judge(outcome as Outcome).is).toBe(is);
  });

  it("that is refused says where it is slower, with the interval", () => {
    expect(judge(measured(steady, effect(0.6))).why).toBe("slower in decode of pp64: 0.60× (0.59–0.61)");
  });
});
