import { type Experiment, modelReference, UnknownNameError, UsageError } from "@quantlab/core";
import { generation } from "@quantlab/scenarios";
import { describe, expect, it } from "vitest";
import { parseFlags } from "../src/experiment/flags.ts";
import { planExperiment } from "../src/experiment/planning.ts";
import { experimentOf } from "./runs.ts";

const engine = { id: "llamacpp-engine", options: {} };
const q4 = { model: "sprout:Q4_K_M", engine };
const healthy = experimentOf(
  { one: { model: "sprout:F16", engine }, two: q4, three: q4 },
  {
    workloads: [generation({ prompt: "inflation@1", newTokens: 8 })],
    protocol: { blocks: 2, order: "interleaved", seed: 42 },
    modelFlags: {
      "second-model": { value: "file", about: "another model for the second arm", arms: ["two"] },
    },
  },
);

const planned = (experiment: Experiment, ...argv: string[]) =>
  planExperiment(experiment, parseFlags(argv, experiment)).plan;
const plan = (...argv: string[]) => planned(healthy, ...argv);
const modelsOf = ({ arms }: ReturnType<typeof plan>) => arms.map(({ subject }) => modelReference(subject));

describe("flags", () => {
  it.each([
    [["--threads", "many"], '--threads "many" is not a whole number of at least 1'],
    [["--threads", "0"], '--threads "0" is not a whole number of at least 1'],
    [["--blocks", "1.5"], '--blocks "1.5" is not a whole number of at least 1'],
    [["--new-tokens", "1"], '--new-tokens "1" is not a whole number of at least 2'],
    [["--timeout", "-3"], '--timeout "-3" is not a number from 0.0001 to 10000'],
    [["--arms", "one,,two"], '--arms "one,,two" has an empty name'],
  ])("name flag and value of %j", (argv, message) => {
    const parse = () => plan(...argv);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
  });

  it("suggest the flag that was meant", () => {
    expect(() => plan("--block", "3")).toThrow(
      expect.objectContaining({
        message: 'unknown option "--block"',
        remedy: "did you mean --blocks?",
      }),
    );
    expect(() => plan("extra")).toThrow(UsageError);
  });

  it("refuse arms that do not exist, with the nearest name", () => {
    expect(() => plan("--arms", "one,tow")).toThrow(UnknownNameError);
  });

  it("refuse a subset without an arm's own rival, with the flag that works", () => {
    const rivals = experimentOf(
      { one: q4, two: q4, three: { ...q4, against: "two" } },
      { workloads: healthy.workloads },
    );
    expect(() => planned(rivals, "--arms", "one,three")).toThrow(
      expect.objectContaining({
        message: "--arms one,three leaves out two",
        remedy: expect.stringContaining("--arms two,one,three"),
      }),
    );
    expect(planned(rivals, "--arms", "one,two,three").arms).toHaveLength(3);
  });

  it("refuse a subset without the baseline, with the flag that works", () => {
    try {
      plan("--arms", "two,three");
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ exitCode: 2, remedy: expect.stringContaining("--arms one,two,three") });
    }
  });

  it("leave the protocol as written when nothing is said", () => {
    expect(plan()).toMatchObject({
      full: true,
      waits: true,
      overrides: {},
      protocol: { blocks: 2, order: "interleaved", seed: 42 },
    });
    for (const { workloads } of plan().arms)
      expect(workloads).toEqual({ generate: { prompt: "inflation@1", newTokens: 8 } });
  });

  it("never make a first look longer than the whole run", () => {
    const once = experimentOf(healthy.arms);
    const { protocol, arms } = planned(once, "--quick");
    expect(protocol.blocks).toBe(1);
    expect(arms[0]?.workloads.generate).toMatchObject({ warmups: 0, generations: 1 });
  });

  it("keep a run full when only the model or the patience changed", () => {
    const other = plan("--model", "qwen2.5-0.5b-instruct", "--timeout", "90");
    expect(other).toMatchObject({ full: true, overrides: { model: "qwen2.5-0.5b-instruct" } });
    expect(modelsOf(other)).toEqual([
      "qwen2.5-0.5b-instruct:F16",
      "qwen2.5-0.5b-instruct:Q4_K_M",
      "qwen2.5-0.5b-instruct:Q4_K_M",
    ]);
  });

  it("of the experiment's own give some arms another model, and are no part of a full run", () => {
    const mine = plan("--model", "qwen2.5-0.5b-instruct", "--second-model", "mine.gguf");
    expect(mine).toMatchObject({
      full: false,
      overrides: { model: "qwen2.5-0.5b-instruct", "second-model": "./mine.gguf" },
    });
    expect(modelsOf(mine)).toEqual([
      "qwen2.5-0.5b-instruct:F16",
      "mine.gguf",
      "qwen2.5-0.5b-instruct:Q4_K_M",
    ]);
  });

  it("of the experiment's own alone leave no model to the other arms", () => {
    const [one, two] = plan("--second-model", "mine.gguf").arms;
    expect(one?.unavailable).toContain("--second-model gives other arms another model than sprout");
    expect(two?.unavailable).toBeUndefined();
  });

  it.each([["--quick"], ["--threads", "2"], ["--blocks", "2"], ["--arms", "one"]])(
    "make a run with %s one that is not kept",
    (...argv) => {
      expect(plan(...argv).full).toBe(false);
    },
  );
});
