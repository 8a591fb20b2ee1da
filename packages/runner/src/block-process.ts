// The entry of every block process: does one scenario's workload and tells what came of it.
import { enableCompileCache } from "node:module";
import {
  type BlockContext,
  beyondTraining,
  type EngineInfo,
  type Json,
  threadsWarning,
} from "@quantlab/core";
import { serve } from "@quantlab/processes";
import { scenarioNamed } from "@quantlab/scenarios";
import type { BlockOutcome, BlockSpec, PhaseEnd } from "./block-spec.ts";

// An engine imports many TypeScript files; compiling them once a machine keeps the lab's own cost low.
enableCompileCache();

serve({
  async perform(params, { signal, emit, ask }): Promise<BlockOutcome> {
    const { scenario, subject, workload, budgetMs } = params as unknown as BlockSpec;
    const [notes, problems]: [string[], string[]] = [[], []];
    let engine: EngineInfo | null = null;
    let holder: number | null = process.pid;
    let spentMs = 0;
    const context: BlockContext = {
      signal,
      budgetMs,
      async phase(phase) {
        const { user, system } = process.cpuUsage();
        await ask("phase", { phase, cpuMs: (user + system) / 1000 } satisfies PhaseEnd);
      },
      alive: () => emit("alive", null),
      note: (text) => notes.push(text),
      problem: (text) => problems.push(text),
      ran(info) {
        engine = info;
        holder = info.pid ?? null;
        const warning = info.threads === undefined ? null : threadsWarning(info.threads);
        if (warning !== null && !notes.includes(warning)) notes.push(warning);
      },
      holder: (pid) => (holder = pid),
      spent: (milliseconds) => (spentMs += milliseconds),
    };
    const sample = await scenarioNamed(scenario).perform(subject, workload, context);
    const limit = engine && beyondTraining(engine);
    if (limit) notes.push(limit);
    return { sample: sample as Json, engine, holder, spentMs, notes, problems };
  },
});
