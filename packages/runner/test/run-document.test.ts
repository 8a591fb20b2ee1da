import { type Block, detectHost, type ModelFile, type PlannedArm } from "@quantlab/core";
import { expect, it } from "vitest";
import { runDocument } from "../src/run-document.ts";
import { planOf } from "./runs.ts";

const file = (sha256: string) => ({ sha256, path: "/models/m.gguf" }) as ModelFile;

/** Of a run in which a program's words name a second model, whose file has this hash, and what computes has so many threads. */
function digestOf(sha256: string, threads: number): string {
  const arm: PlannedArm = {
    name: "peer",
    subject: { program: "sh", beside: { reference: "./m.gguf" } },
    workloads: { command: { arguments: ["-c", "true", "{reference}"], figures: {} } },
  };
  const { subject } = arm;
  const ready = {
    subject,
    model: null,
    beside: { reference: file(sha256) },
    version: null,
    environment: {},
    places: {},
  };
  const frame = {
    host: detectHost(),
    lab: { version: "1", commit: null, modified: false },
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:01:00Z",
  };
  const block = { arm: "peer", scenario: "command", index: 0, engine: { threads } } as Block;
  return runDocument(planOf([arm]), [{ ...arm, ready }], [], [block], frame).digest;
}

it("tells runs apart by every model that a program was given", () => {
  expect(digestOf("aa", 2)).toBe(digestOf("aa", 2));
  expect(digestOf("aa", 2)).not.toBe(digestOf("bb", 2));
});

it("tells runs apart by the threads that were taken, though nobody named a number", () => {
  expect(digestOf("aa", 2)).not.toBe(digestOf("aa", 8));
});
