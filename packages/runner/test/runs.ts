import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Arm,
  type Block,
  type Experiment,
  type Json,
  type Plan,
  type PlannedArm,
  type Run,
  readDocument,
  repositoryRoot,
} from "@quantlab/core";
import { type CommandSample, type GenerateSample, generation, type ScoreSample } from "@quantlab/scenarios";
import { execa } from "execa";
import type { Behaviour } from "./fixtures/arithmetic-engine.ts";

/** Block processes start slowly on a busy machine; no test asserts a time. */
export const patience = 120_000;

/** What an engine of the fixture's behaves like, on the shipped model. */
export const arithmetic = (behaviour: Behaviour, options: Readonly<Record<string, Json>> = {}): Arm => ({
  model: "sprout:F16",
  engine: { id: "arithmetic", options: { behaviour, ...options } },
});

/** Arms of these behaviours, named after them. */
export const behaving = (...names: readonly Behaviour[]): Record<string, Arm> =>
  Object.fromEntries(names.map((name) => [name, arithmetic(name)]));

/** The first arm is the baseline unless said. */
export function experimentOf(arms: Record<string, Arm>, changes: Partial<Experiment> = {}): Experiment {
  return {
    id: "exp901",
    question: "Does arithmetic run?",
    arms,
    baseline: Object.keys(arms)[0]!,
    workloads: [generation({ prompt: "inflation@1", newTokens: 8, warmups: 0, generations: 1 })],
    protocol: { blocks: 1, order: "abba", seed: 7 },
    report: [],
    ...changes,
  };
}

/** A plan of arms as they are; the first is the baseline. */
export const planOf = (arms: readonly PlannedArm[], changes: Partial<Plan> = {}): Plan => ({
  id: "plan",
  question: "What comes of a plan?",
  arms,
  baseline: arms[0]!.name,
  protocol: { blocks: 1, order: "abba", seed: 7 },
  armBudgetMs: patience,
  silenceMs: patience,
  waits: false,
  full: false,
  overrides: {},
  ...changes,
});

type Sample = { generate: GenerateSample; score: ScoreSample; command: CommandSample };

/** The blocks of one arm and scenario, in their order. */
export function blocksOf<Scenario extends keyof Sample>(run: Run, arm: string, scenario: Scenario) {
  const own = run.blocks.filter((block) => block.arm === arm && block.scenario === scenario);
  return own as Block<Sample[Scenario]>[];
}

interface StartOptions {
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A place of its own for a test: experiment folders, log, and locks that no other test shares. */
export class Bench {
  readonly root = mkdtempSync(path.join(tmpdir(), "runner-test-"));
  readonly log = path.join(this.root, "log");
  readonly environment = {
    TMPDIR: this.root,
    FIXTURE_LOG: this.log,
    QUANTLAB_ENGINES: path.join(import.meta.dirname, "fixtures/arithmetic-engine.ts"),
    // Where relative paths count from: "./other.gguf", "./empty.gguf".
    INIT_CWD: this.root,
  };

  constructor() {
    symlinkSync(
      path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"),
      path.join(this.root, "other.gguf"),
    );
    writeFileSync(path.join(this.root, "empty.gguf"), "");
  }

  folder(name = "experiment"): string {
    const folder = path.join(this.root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Starts an experiment in a runner process of its own. */
  start(experiment: Experiment, argv: readonly string[] = [], { folder, env }: StartOptions = {}) {
    return this.program("run", [JSON.stringify(experiment), folder ?? this.folder(), ...argv], env);
  }

  /** Starts a program of the fixtures. */
  program(name: string, argv: readonly string[], env: StartOptions["env"] = {}) {
    const script = path.join(import.meta.dirname, `fixtures/${name}.ts`);
    return execa(process.execPath, [script, ...argv], {
      reject: false,
      env: { ...this.environment, ...env },
    });
  }

  /** Runs an experiment to its end and reads what it wrote. */
  async run(experiment: Experiment, argv: readonly string[] = [], options: StartOptions = {}) {
    const { exitCode, stderr, stdout } = await this.start(experiment, argv, options);
    if (!existsSync(stdout)) throw new Error(`no run was written: ${stderr}`);
    const run = await readDocument("run", stdout);
    const blocks = (arm: string) => blocksOf(run, arm, "generate");
    const scored = (arm: string) => blocksOf(run, arm, "score");
    return { run, blocks, scored, exitCode, stderr };
  }

  runFiles(name = "experiment"): string[] {
    const folder = path.join(this.root, name, ".runs");
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  /** Of what the engines wrote down, the lines about `what`: "<process> <what> <more>". */
  logged(what = ""): string[] {
    const lines = existsSync(this.log) ? readFileSync(this.log, "utf8").trim().split("\n") : [];
    return lines.filter((line) => line.split(" ")[1]?.startsWith(what));
  }

  /** Processes that they wrote down. */
  pids(what = ""): number[] {
    return [...new Set(this.logged(what).map((line) => Number(line.split(" ")[0])))];
  }

  /** Waits until an engine generates. */
  generating(): Promise<void> {
    return until(() => this.logged("generate").length > 0);
  }
}

/** Waits until `condition` holds, as long as a test may take. */
export async function until(condition: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(patience);
  while (!condition()) await sleep(50, undefined, { signal });
}
