import { EngineError } from "@quantlab/core";
import type { Timed } from "./timed.ts";

const attempts = 10;

/**
 * Runs llama-perplexity until its output is whole. The tool prints from a thread that nobody waits for, so that a run may
 * end with 0 and without its last lines; such a run is done again. The time is that of the run that told.
 */
export async function runUntilTold<Told>(
  run: () => Promise<Timed>,
  parse: (run: Timed) => Told,
): Promise<{ readonly run: Timed; readonly told: Told }> {
  for (let attempt = 1; ; attempt++) {
    const done = await run();
    try {
      return { run: done, told: parse(done) };
    } catch (error) {
      if (!(error instanceof EngineError) || attempt === attempts) throw error;
    }
  }
}
