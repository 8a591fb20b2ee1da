import { setTimeout as delay } from "node:timers/promises";
import {
  type BlockContext,
  EngineError,
  isEndpointSubject,
  type ProgramSubject,
  type ReadySubject,
} from "@quantlab/core";
import { type Endpoint, endpointAt, servedNames, streamCompletion } from "@quantlab/openai-endpoint";
import { freePort } from "@quantlab/processes";
import { execa } from "execa";
import { filledIn } from "../subject/places.ts";
import { load } from "./load.ts";
import { PromptMaker } from "./prompt-maker.ts";
import type { Sample } from "./sample.ts";
import type { Settled, Workload } from "./workload.ts";

/** From its start until it answers: some read gigabytes. */
const startMs = 5 * 60_000;

/**
 * Has clients ask a server, which is started before and ended after where it does not run already. Throws an EngineError with
 * its last words where it does not answer.
 */
export async function serveBlock(
  ready: ReadySubject,
  workload: Workload & Settled,
  block: BlockContext,
): Promise<Sample> {
  await block.phase("beforeLoad");
  const { subject } = ready;
  if (isEndpointSubject(subject)) return asked(endpointAt(subject.endpoint), workload, block);
  const program = filledIn((subject as ProgramSubject).program, ready.places);
  const port = await freePort();
  const words = workload.words.map((word) => word.replaceAll("{port}", String(port)));
  const child = execa(program, words, {
    all: true,
    stdin: "ignore",
    reject: false,
    env: { ...ready.environment, QUANTLAB_API_KEY: "" },
    // A server that does not drain in time is ended.
    forceKillAfterDelay: 5000,
    cancelSignal: block.signal,
  });
  if (child.pid !== undefined) block.holder(child.pid);
  const end = child.then(
    ({ all, originalMessage }) => all.trim() || originalMessage || "it ended without a word",
  );
  const failure = end.then((said) => {
    const last = said.split("\n").slice(-4).join("\n");
    throw new EngineError(program, last, "run it by hand and look at what it prints");
  });
  failure.catch(() => {});
  try {
    const endpoint = { url: `http://127.0.0.1:${port}/v1`, key: null };
    await Promise.race([answering(endpoint, block), failure]);
    return await Promise.race([asked(endpoint, workload, block), failure]);
  } finally {
    child.kill("SIGINT");
    await end;
  }
}

async function asked(endpoint: Endpoint, workload: Workload & Settled, block: BlockContext): Promise<Sample> {
  const modelName = workload.modelName ?? (await servedNames(endpoint, block.signal))[0] ?? "";
  const prompts = new PromptMaker(workload, modelName);
  // What is compiled or read when somebody first asks.
  const warmUp = { ...prompts.request(prompts.warmUp), max_tokens: 4 };
  await streamCompletion(endpoint, warmUp, block.signal);
  await block.phase("afterLoad");
  const sample = await load(endpoint, prompts, workload, block);
  const short = shorterThan(workload.newTokens, sample);
  if (short !== null) block.note(short);
  block.spent(sample.wallMs);
  await block.phase("afterGenerate");
  return sample;
}

/** An answer that the model ended is less work than one that has its full length. */
function shorterThan(newTokens: number, { requests }: Sample): string | null {
  const answers = requests.filter(({ client, failed }) => client !== null && failed === null);
  const short = answers.filter((answer) => answer.newTokens < newTokens);
  if (short.length === 0) return null;
  return `${short.length} of ${answers.length} answers of a block ended before ${newTokens} tokens`;
}

/** Returns once the server lists its models. */
async function answering(endpoint: Endpoint, { signal, alive }: BlockContext): Promise<void> {
  const giveUpAt = Date.now() + startMs;
  for (;;) {
    try {
      await servedNames(endpoint, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (Date.now() > giveUpAt) throw error;
    }
    alive();
    await delay(100, undefined, { signal });
  }
}
