import { UnavailableError, UnknownNameError, UsageError } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { parseFlags } from "../src/flags.ts";
import { planRun } from "../src/plan.ts";
import healthy from "./fixtures/healthy.ts";

const plan = (...argv: string[]) => planRun(healthy, parseFlags(argv, healthy));

describe("flags", () => {
  it.each([
    [["--threads", "many"], "--threads <n>", "many"],
    [["--threads", "0"], "--threads <n>", "0"],
    [["--blocks", "1.5"], "--blocks <n>", "1.5"],
    [["--new-tokens", "1"], "--new-tokens <n>", "1"],
    [["--timeout", "-3"], "--timeout <minutes>", "-3"],
    [["--arms", "one,,two"], "--arms <names>", "one,,two"],
  ])("name flag and value of %j", (argv, flag, value) => {
    const parse = () => plan(...argv);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(`option '${flag}' argument '${value}' is invalid. Give `);
  });

  it("suggest the flag that was meant", () => {
    expect(() => plan("--block", "3")).toThrow(/unknown option '--block'[\s\S]*Did you mean --blocks/);
    expect(() => plan("extra")).toThrow(UsageError);
  });

  it("refuse arms that do not exist, with the nearest name", () => {
    expect(() => plan("--arms", "one,tow")).toThrow(UnknownNameError);
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
      quick: false,
      overrides: {},
      protocol: { warmups: 1, blocks: 2, generations: 3, order: "interleaved", newTokens: 8, seed: 42 },
    });
  });

  it("never make a first look longer than the whole run", () => {
    const once = { ...healthy, protocol: { ...healthy.protocol, warmups: 0, blocks: 1 } };
    const { protocol } = planRun(once, parseFlags(["--quick"], once));
    expect(protocol).toMatchObject({ warmups: 0, blocks: 1 });
  });

  it("keep a run full when only the model or the patience changed", () => {
    const { full, overrides, arms } = plan("--model", "other", "--timeout", "90");
    expect({ full, overrides }).toEqual({ full: true, overrides: { model: "other" } });
    expect(arms.map(({ model }) => model.ref)).toEqual([
      { id: "other", form: "gguf", quantization: "F16" },
      { id: "other", form: "gguf", quantization: "Q4_K_M" },
      { id: "other", form: "gguf", quantization: "Q4_K_M" },
    ]);
  });

  it("of the experiment's own give some arms another model, and are no part of a full run", async () => {
    const { arms, full, overrides } = plan("--model", "other", "--second-model", "mine.gguf");
    expect({ full, overrides }).toEqual({
      full: false,
      overrides: { model: "other", "second-model": "mine.gguf" },
    });
    expect(arms.map(({ model }) => model.ref.id)).toEqual(["other", "mine.gguf", "other"]);
  });

  it("of the experiment's own alone leave no model to the other arms", async () => {
    const { arms } = plan("--second-model", "mine.gguf");
    await expect(arms[0]!.model.resolve()).rejects.toThrow(UnavailableError);
    await expect(arms[0]!.model.resolve()).rejects.toThrow("--second-model gives other arms another model");
    await expect(arms[1]!.model.resolve()).resolves.toMatchObject({ ref: { id: "mine.gguf" } });
  });

  it.each([["--quick"], ["--threads", "2"], ["--blocks", "2"], ["--arms", "one"]])(
    "make a run with %s one that is not kept",
    (...argv) => {
      expect(plan(...argv).full).toBe(false);
    },
  );
});
