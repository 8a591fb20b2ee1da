import { randomUUID } from "node:crypto";
import type { Json, Plan, Run } from "@quantlab/core";
import { Problem, problemFrom } from "./problem.ts";
import type { RunBody } from "./requests.ts";

/** Measures a plan, and tells what happens meanwhile. */
export type Measure = (
  plan: Plan,
  options: { readonly signal: AbortSignal; readonly onEvent: (event: object) => void },
) => Promise<Run>;

/** Runs that have ended are kept so that their results can be read; more than these are forgotten, the oldest first. */
const mostKept = 32;

/** A run that somebody asked for. */
export class HeldRun {
  readonly id = randomUUID();
  readonly startedAt = new Date().toISOString();
  readonly #events: object[] = [];
  readonly #followers = new Set<(event: object) => void>();
  readonly #stop = new AbortController();
  readonly ended: Promise<void>;
  #run: Run | null = null;
  #problem: string | null = null;

  constructor(measure: Measure, plan: Plan) {
    const onEvent = (event: object) => {
      this.#events.push(event);
      for (const follower of this.#followers) follower(event);
    };
    this.ended = measure(plan, { signal: this.#stop.signal, onEvent }).then(
      (run) => {
        this.#run = run;
      },
      (error: unknown) => {
        this.#problem = this.#stop.signal.aborted ? "cancelled" : problemFrom(error).message;
      },
    );
  }

  get state(): "running" | "done" | "failed" {
    if (this.#run) return "done";
    return this.#problem === null ? "running" : "failed";
  }

  toJSON() {
    const { id, startedAt, state } = this;
    return {
      id,
      object: "run",
      started_at: startedAt,
      state,
      events: this.#events.length,
      problem: this.#problem,
    };
  }

  /** Raw samples. Throws a Problem while there are none. */
  get result(): Run {
    if (this.#run) return this.#run;
    const why = this.#problem ?? "it is still running";
    throw new Problem(409, "no_result", `the run has no result: ${why}`);
  }

  /** Hands on every event, those of before first, until the run has ended or nobody listens any more. */
  async follow(onEvent: (event: object) => void, signal: AbortSignal): Promise<void> {
    for (const event of this.#events) onEvent(event);
    this.#followers.add(onEvent);
    const left = new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true }),
    );
    await Promise.race([this.ended, left]);
    this.#followers.delete(onEvent);
  }

  async cancel(): Promise<void> {
    this.#stop.abort(new Problem(499, "cancelled", "cancelled"));
    await this.ended;
  }
}

/** The runs of this server. Two at once would measure each other. */
export class Runs {
  readonly #measure: Measure;
  readonly #runs = new Map<string, HeldRun>();

  constructor(measure: Measure) {
    this.#measure = measure;
  }

  /** Throws a Problem while another one is running. */
  begin(body: RunBody): HeldRun {
    const running = this.#running;
    if (running) throw new Problem(409, "run_in_progress", `run ${running.id} is still being measured`);
    const run = new HeldRun(this.#measure, planFrom(body));
    this.#runs.set(run.id, run);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > mostKept) this.#runs.delete(oldest!);
    return run;
  }

  /** Throws a Problem for one that is not known. */
  named(id: string): HeldRun {
    const run = this.#runs.get(id);
    if (run) return run;
    throw new Problem(404, "run_not_found", `there is no run "${id}"`);
  }

  get all(): readonly HeldRun[] {
    return [...this.#runs.values()];
  }

  get #running(): HeldRun | undefined {
    return this.all.find(({ state }) => state === "running");
  }

  /** Cancels what is running. */
  async close(): Promise<void> {
    await this.#running?.cancel();
  }
}

/** A request names models, engines and workloads; programs are for those who sit at the machine. */
function planFrom({ arms, baseline, reference, blocks, question }: RunBody): Plan {
  return {
    id: "run",
    question: question ?? "Asked over HTTP",
    arms: arms.map(({ name, model, engine, options, workloads }) => ({
      name,
      subject: { model, engine, ...(options && { options: options as Readonly<Record<string, Json>> }) },
      workloads: workloads as Readonly<Record<string, Readonly<Record<string, Json>>>>,
    })),
    baseline: baseline ?? arms[0]!.name,
    ...(reference !== undefined && { reference }),
    protocol: { blocks: blocks ?? 5, order: "interleaved", seed: 1 },
    armBudgetMs: 10 * 60_000,
    silenceMs: 20 * 60_000,
    waits: true,
    full: false,
    overrides: {},
  };
}
