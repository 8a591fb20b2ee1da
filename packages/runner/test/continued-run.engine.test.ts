import type { Block, PlannedArm } from "@quantlab/core";
import { expect, test } from "vitest";
import { type RunEvent, runArms } from "../src/index.ts";
import { patience, planOf } from "./runs.ts";

const armOf = (name: string, fields: Partial<PlannedArm> = {}): PlannedArm => ({
  name,
  subject: { model: "sprout:Q4_K_M", engine: "llamacpp-engine", options: { threads: 1 } },
  workloads: { generate: { prompt: { tokens: 8 }, newTokens: 2, warmups: 0, generations: 1 } },
  ...fields,
});
const plan = planOf([armOf("one"), armOf("two")], { protocol: { blocks: 2, order: "abba", seed: 1 } });

/** The arms and blocks that were run, and what was kept of them. */
async function measured(options: Partial<Parameters<typeof runArms>[1]>, of = plan) {
  const ran: string[] = [];
  const kept: Block[] = [];
  const onEvent = (event: RunEvent) => {
    if (event.type === "block-ended") ran.push(`${event.block.arm} ${event.block.index}`);
  };
  const keep = async (block: Block) => void kept.push(block);
  const run = await runArms(of, { signal: new AbortController().signal, onEvent, keep, ...options });
  return { run, ran, kept };
}

test("a plan goes on behind what was measured of it before, in the same order", {
  timeout: patience,
}, async () => {
  const whole = await measured({});
  expect(whole.ran).toEqual(["one 0", "two 0", "two 1", "one 1"]);
  expect(whole.kept.map(({ arm, index }) => `${arm} ${index}`)).toEqual(whole.ran);
  const before = whole.kept.slice(0, 3);
  const { run, ran, kept } = await measured({ previous: before });
  expect(ran).toEqual(["one 1"]);
  expect(kept).toHaveLength(1);
  expect(run.blocks.map(({ arm, index, status }) => [arm, index, status])).toEqual(
    whole.run.blocks.map(({ arm, index, status }) => [arm, index, status]),
  );
  expect(run.blocks.slice(0, 3).map(({ sample }) => sample)).toEqual(before.map(({ sample }) => sample));
});

test("what failed, or was of another file, is measured again", { timeout: patience }, async () => {
  const { kept } = await measured({});
  const [failed, foreign, ...rest] = kept;
  const previous: Block[] = [
    { ...failed!, status: "failed", sample: null },
    { ...foreign!, model: { ...foreign!.model!, sha256: "00" } },
    ...rest,
  ];
  expect((await measured({ previous })).ran).toEqual(["one 0", "two 0"]);
});

test("an arm that has enough is left out from there on, with the reason", { timeout: patience }, async () => {
  const enough = (arm: string, blocks: readonly Block[]) =>
    arm === "two" && blocks.length === 1 ? "it is known well enough" : null;
  const { run, ran } = await measured({ enough });
  expect(ran).toEqual(["one 0", "two 0", "one 1"]);
  const left = run.blocks.find(({ arm, index }) => arm === "two" && index === 1);
  expect(left).toMatchObject({ status: "skipped", reason: "it is known well enough" });
});

test("an arm that says itself why it cannot run need not fit its engine", { timeout: patience }, async () => {
  const odd = armOf("odd", {
    subject: { model: "sprout:Q4_K_M", engine: "llamacpp-engine", options: { noSuchOption: 1 } },
    unavailable: "there is nothing to set",
  });
  const { run } = await measured({}, planOf([armOf("one"), odd]));
  expect(run.blocks.map(({ arm, status, reason }) => [arm, status, reason])).toEqual([
    ["one", "measured", null],
    ["odd", "skipped", "there is nothing to set"],
  ]);
});
