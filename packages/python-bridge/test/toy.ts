import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Json, LocalBackend, ModelFile, TextSession } from "@quantlab/core";
import { type Limits, nodeScript, openSession } from "@quantlab/processes";
import { type PythonEngine, pythonBackend } from "../src/index.ts";

/** An engine that counts, in an environment that holds no more than the worker needs. */
export const toyEngine: PythonEngine = {
  name: "toy",
  title: "the toy",
  folder: path.join(import.meta.dirname, "fixtures/toy"),
  module: "quantlab_toy",
  needs: ["numpy"],
  distributions: ["numpy", "fastjsonschema"],
  sizeBytes: { linux: 80e6, darwin: 60e6 },
};

export function toyBackend(
  options: Readonly<Record<string, Json>> = {},
  changes: { environment?: Record<string, string>; limits?: Partial<Limits>; engine?: PythonEngine } = {},
): LocalBackend {
  return pythonBackend({
    id: "toy",
    form: "hf",
    engine: toyEngine,
    options,
    withOptions: (more) => toyBackend({ ...options, ...more }, changes),
    loadOptions: () => options,
    ...changes,
  });
}

/** How the toy is asked: for a behaviour, with a log for the processes that it starts. */
export interface ToyAsked {
  readonly behaviour?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  readonly model?: ModelFile;
}

const never = new AbortController().signal;
const options = ({ behaviour }: ToyAsked) => (behaviour === undefined ? {} : { behaviour });
const script = path.join(import.meta.dirname, "fixtures/node-toy.ts");

/** The same engine, served by either. */
export const toys: readonly (readonly [served: string, open: (asked?: ToyAsked) => Promise<TextSession>])[] =
  [
    ["Python", ({ model = toyModel, ...asked } = {}) => toyBackend(options(asked), asked).load(model, never)],
    [
      "Node",
      ({ model = toyModel, ...asked } = {}) =>
        openSession(nodeScript(script, { name: "toy", ...asked }), { model, options: options(asked) }, never),
    ],
  ];

export const toyModel: ModelFile = {
  ref: { id: "toy", form: "hf", quantization: "float32" },
  path: import.meta.dirname,
  sha256: "",
  bytes: 0,
  parameters: 0,
  bitsPerWeight: 0,
  synthetic: false,
  provenance: [],
};

/** A folder that is gone after the test, and a log in which fixtures write the processes that they start. */
export class Scratch implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<Scratch> {
    return new Scratch(await mkdtemp(path.join(tmpdir(), "quantlab-bridge-")));
  }

  get log(): string {
    return path.join(this.folder, "log");
  }

  pids(): number[] {
    try {
      return readFileSync(this.log, "utf8").trim().split("\n").map(Number);
    } catch {
      return [];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Waits until `condition` holds, as long as a test may take. */
export async function until(condition: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  while (!condition()) await sleep(20, undefined, { signal });
}
