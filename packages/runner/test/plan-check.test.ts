import type { Json, PlannedArm } from "@quantlab/core";
import { expect, it } from "vitest";
import { type RunEvent, runArms } from "../src/index.ts";
import { planOf } from "./runs.ts";

const generate = { prompt: "inflation@1", newTokens: 8 };
const armWith = (changes: object, workloads: PlannedArm["workloads"] = { generate }): PlannedArm => ({
  name: "first",
  subject: { model: "sprout:F16", engine: "llamacpp-engine", ...changes },
  workloads,
});
const first = armWith({});
const workload = (fields: Readonly<Record<string, Json>>) =>
  armWith({}, { generate: { ...generate, ...fields } });
const command = (fields: Readonly<Record<string, Json>>): PlannedArm => ({
  ...armWith({}, { command: { arguments: [], figures: {}, ...fields } }),
  subject: { program: "sh" },
});

it.each([
  [
    "an unknown scenario",
    planOf([armWith({}, { generated: generate })]),
    'unknown scenario "generated"',
    "did you mean generate?",
  ],
  [
    "an unknown engine",
    planOf([armWith({ engine: "llamacpp-engin" })]),
    'unknown engine "llamacpp-engin"',
    "did you mean llamacpp-engine?",
  ],
  [
    "an unknown option",
    planOf([armWith({ options: { thread: 2 } })]),
    'llamacpp-engine has no option "thread"',
    "did you mean threads?",
  ],
  [
    "an option's value",
    planOf([armWith({ options: { threads: 0 } })]),
    "llamacpp-engine: threads is 0",
    "give a whole number above 0",
  ],
  [
    "an unknown baseline",
    planOf([first], { baseline: "frist" }),
    'unknown arm "frist"',
    "did you mean first?",
  ],
  [
    "an unknown reference",
    planOf([first], { reference: "fist" }),
    'unknown arm "fist"',
    "did you mean first?",
  ],
  ["a name twice", planOf([first, first]), 'the plan has two arms called "first"', "a name of its own"],
  [
    "too few tokens",
    planOf([workload({ newTokens: 0 })]),
    "the workload of first is not a valid generate/workload: /newTokens must be >= 1",
    "new-tokens",
  ],
  [
    "an unknown field",
    planOf([workload({ warmup: 1 })]),
    'the workload of first is not a valid generate/workload: (root) must not have "warmup"',
    "warmups",
  ],
  [
    "an unknown prompt",
    planOf([workload({ prompt: "deflation@1" })]),
    "the workload of first is not a valid generate/workload: /prompt",
    "Workload",
  ],
  [
    "no words",
    planOf([command({ arguments: "-c" })]),
    "the workload of first is not a valid command/workload: /arguments must be array",
    "Workload",
  ],
] as const)("a plan with %s is refused before anything starts", async (_, plan, message, remedy) => {
  const events: RunEvent[] = [];
  const run = runArms(plan, { signal: new AbortController().signal, onEvent: (event) => events.push(event) });
  await expect(run).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(message),
    remedy: expect.stringContaining(remedy),
  });
  expect(events).toEqual([]);
});
