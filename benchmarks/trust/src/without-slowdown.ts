import type { Block, GenerateTrace } from "@quantlab/core";
import type { PutIn } from "./slowed-session.ts";

interface Sample {
  readonly loadMs: number;
  readonly generations: readonly GenerateTrace[];
}

/**
 * A block as its metrics would read it had nothing been put in: what was slept and held is taken out again. The ratio of
 * the two is the truth that a comparison should find.
 */
export function withoutSlowdown(block: Block): Block {
  const sample = block.sample as Sample | null;
  const [first] = sample?.generations ?? [];
  if (!sample || !first) return block;
  const { sleptLoadMs, ballastBytes } = putInto(first);
  const { memory } = block;
  const less = (bytes: number) => bytes - ballastBytes;
  return {
    ...block,
    memory: memory && {
      ...memory,
      // It was not there before the load.
      marks: Object.fromEntries(
        Object.entries(memory.marks).map(([phase, bytes]) => [
          phase,
          phase === "beforeLoad" ? bytes : less(bytes),
        ]),
      ),
      peak: less(memory.peak),
    },
    sample: {
      ...sample,
      loadMs: sample.loadMs - sleptLoadMs,
      generations: sample.generations.map(withoutSleep),
    },
  };
}

function withoutSleep(trace: GenerateTrace): GenerateTrace {
  const { sleptPromptMs, sleptDecodeMs } = putInto(trace);
  const last = trace.tokenAtMs.length - 1;
  return {
    ...trace,
    // The sleep came first.
    startedAtMs: trace.startedAtMs + sleptPromptMs,
    tokenAtMs: trace.tokenAtMs.map((at, token) => at - (last > 0 ? (sleptDecodeMs * token) / last : 0)),
  };
}

function putInto({ engineCounters }: GenerateTrace): PutIn {
  const { sleptLoadMs = 0, sleptPromptMs = 0, sleptDecodeMs = 0, ballastBytes = 0 } = engineCounters;
  return { sleptLoadMs, sleptPromptMs, sleptDecodeMs, ballastBytes };
}
