import path from "node:path";
import { keepResult } from "@quantlab/benchmark-tools";
import { detectHost } from "@quantlab/core";
import { withMachineLock } from "@quantlab/runner";
import { runProgram, wholeNumber } from "@quantlab/terminal";
import { Command } from "commander";
import { measure } from "./measure.ts";
import { tableOf, withResults } from "./readme-table.ts";
import type { CrossEngineResult } from "./result.ts";

const defaults = { model: "sprout", newTokens: 64, chunks: 8 };

const program = new Command("cross-engine")
  .description("How far the engines agree on one model: greedy tokens, logits and perplexity")
  .option("--model <id>", "a model that every engine can load in float32", defaults.model)
  .option(
    "--new-tokens <count>",
    "greedy tokens an answer",
    wholeNumber("--new-tokens", 1),
    defaults.newTokens,
  )
  .option(
    "--chunks <count>",
    "of the test text, from its beginning",
    wholeNumber("--chunks", 1),
    defaults.chunks,
  );

const say = (line: string) => console.error(line);

async function run(options: typeof defaults, signal: AbortSignal): Promise<void> {
  // It times nothing, but would disturb whoever does.
  await withMachineLock("cross-engine", signal, async () => {
    const startedAt = new Date().toISOString();
    const measured = await measure({ ...options, signal, say });
    console.log(`\n${options.model}\n${tableOf(measured)}\n`);
    const { newTokens, chunks } = options;
    if (newTokens !== defaults.newTokens || chunks !== defaults.chunks)
      return say("a changed run: shown, not kept");
    const result: CrossEngineResult = {
      schemaVersion: 1,
      host: detectHost(),
      startedAt,
      finishedAt: new Date().toISOString(),
      model: options.model,
      ...measured,
    };
    const folder = path.resolve(import.meta.dirname, "..");
    await keepResult(result, result.model, folder, withResults);
  });
}

await runProgram((signal) => run(program.parse().opts<typeof defaults>(), signal));
