import { QuantlabError, UsageError } from "@quantlab/core";
import { runArms } from "@quantlab/runner";
import { ProgressLine, printNote } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { requireConsent } from "./consent.ts";
import { formats } from "./formats/formats.ts";
import { objectOf } from "./formats/json.ts";
import { terminalTable } from "./formats/terminal.ts";
import { type KeptBlocks, withKeptBlocks } from "./keeping.ts";
import { liveRows } from "./live-rows.ts";
import type { BenchOptions } from "./options.ts";
import { type Bench, planBench } from "./plan.ts";
import { untilPrecise } from "./precision.ts";
import { type BenchFindings, findingsOf } from "./rows.ts";

/** Measures every combination in one interleaved run, and tells how fast each is and what may be said of it. */
export async function benchCommand({ json, signal }: VerbContext, options: BenchOptions): Promise<Outcome> {
  const { output, resume = false, yes = false } = options;
  if (json && output !== undefined) {
    throw new UsageError(
      `--json and -o ${output} both say what stdout is`,
      "leave one out: -o json is llama-bench's list, --json the lab's own document",
    );
  }
  const bench = planBench(options);
  if (bench.note) printNote(bench.note);
  return await withKeptBlocks(bench.plan, { resume, signal }, async (kept) => {
    if (resume && kept.before.length === 0) {
      throw new UsageError(
        "there is no bench of these settings to go on with on this machine",
        "leave out --resume, or give the flags and the lab of the one that was stopped",
      );
    }
    // Who goes on has agreed before.
    if (!resume && !yes) await requireConsent(bench, signal);
    const findings = await measured(bench, options, kept, signal);
    const format = output === undefined ? terminalTable : formats[output]!;
    return {
      data: { ...findings.result, tests: findings.rows.map(objectOf) } as unknown as Outcome["data"],
      text: json ? "" : format(findings),
      warnings: findings.remarks,
    };
  });
}

async function measured(
  bench: Bench,
  { precision }: BenchOptions,
  kept: KeptBlocks,
  signal: AbortSignal,
): Promise<BenchFindings> {
  using progress = new ProgressLine();
  const { plan, arms } = bench;
  if (kept.before.length > 0)
    progress.say(`goes on behind ${kept.before.length} blocks that were measured before`);
  let keptHere = 0;
  const keep = async (block: Parameters<KeptBlocks["keep"]>[0]) => {
    await kept.keep(block);
    keptHere++;
  };
  try {
    const run = await runArms(plan, {
      signal,
      onEvent: liveRows(bench, kept.before, progress),
      previous: kept.before,
      keep,
      ...(precision !== undefined && { enough: untilPrecise(arms, precision) }),
    });
    const findings = findingsOf(bench, run);
    await kept.remove();
    if (findings.rows.length > 0) return findings;
    throw new QuantlabError("NOTHING_MEASURED", `nothing was measured; ${findings.remarks[0]}`, {
      remedy: "leave that combination out, or look at this machine with pnpm lab doctor",
    });
  } catch (error) {
    if (signal.aborted && keptHere + kept.before.length > 0)
      progress.say("what was measured is kept: the same command with --resume goes on from there");
    throw error;
  }
}
