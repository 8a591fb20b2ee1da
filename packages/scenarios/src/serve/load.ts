import { setTimeout as delay } from "node:timers/promises";
import { type BlockContext, EngineError, monotonicMs } from "@quantlab/core";
import { type Endpoint, type StreamedCompletion, streamCompletion } from "@quantlab/openai-endpoint";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { PromptMaker } from "./prompt-maker.ts";
import type { RequestSample, Sample } from "./sample.ts";
import type { Workload } from "./workload.ts";

const foreignTokens = 8;

/** Has the clients ask, and notes what they see. An answer that fails is a result, unless all of them fail. */
export async function load(
  endpoint: Endpoint,
  prompts: PromptMaker,
  workload: Workload,
  { signal, alive }: Pick<BlockContext, "signal" | "alive">,
): Promise<Sample> {
  const { clients, requests, foreignWords, arrivalsPerSecond, turns = false, objective } = workload;
  const startedAtMs = monotonicMs();
  const samples: RequestSample[] = [];
  const reading = new Set<number>();
  const allRead = Promise.withResolvers<void>();

  /** The text of the answer; null where there is none. */
  const ask = async (client: number | null, prompt: string): Promise<string | null> => {
    const sentAtMs = monotonicMs();
    const onPiece = () => {
      alive();
      if (client !== null && reading.add(client).size === clients) allRead.resolve();
    };
    try {
      const request = prompts.request(prompt);
      // Of the foreign prompt it counts when it has been read.
      const asked = client === null ? { ...request, max_tokens: foreignTokens } : request;
      const answer = await streamCompletion(endpoint, asked, signal, onPiece);
      samples.push(answered(client, answer, startedAtMs));
      return answer.pieces.map(({ text }) => text).join("");
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof EngineError)) throw error;
      samples.push(failed(client, sentAtMs - startedAtMs, error.message));
      return null;
    }
  };

  const closedLoop = async (client: number) => {
    let before = "";
    for (let index = 0; index < requests; index++) {
      const prompt = `${before}${prompts.of(client, index)}`;
      const text = await ask(client, prompt);
      if (turns) before = `${prompt}${text ?? ""} `;
    }
  };
  const arriving = async (perSecond: number) => {
    const generator = xoroshiro128plus(1);
    const asked: Promise<unknown>[] = [];
    let atMs = 0;
    for (let index = 0; index < clients * requests; index++) {
      await delay(Math.max(0, startedAtMs + atMs - monotonicMs()), undefined, { signal });
      asked.push(ask(index % clients, prompts.of(index % clients, Math.floor(index / clients))));
      // Gaps of a Poisson process are exponential.
      atMs += (-Math.log(1 - uniformFloat64(generator)) / perSecond) * 1000;
    }
    await Promise.all(asked);
  };

  const foreign = foreignWords === undefined ? null : allRead.promise.then(() => ask(null, prompts.foreign));
  const loops =
    arrivalsPerSecond === undefined
      ? Promise.all(Array.from({ length: clients }, (_, client) => closedLoop(client)))
      : arriving(arrivalsPerSecond);
  await loops;
  // Where a client saw nothing nobody else came, either.
  allRead.resolve();
  await foreign;
  const [first] = samples.map((sample) => sample.failed).filter((reason) => reason !== null);
  if (samples.every((sample) => sample.failed !== null))
    throw new EngineError(endpoint.url, `answered nobody: ${first}`);
  return { requests: samples, wallMs: monotonicMs() - startedAtMs, objective };
}

function answered(
  client: number | null,
  { sentAtMs, pieces, usage }: StreamedCompletion,
  startedAtMs: number,
): RequestSample {
  return {
    client,
    sentAtMs: sentAtMs - startedAtMs,
    pieceAtMs: pieces.map(({ atMs }) => atMs - startedAtMs),
    promptTokens: usage?.promptTokens ?? null,
    cachedTokens: usage?.cachedTokens ?? null,
    newTokens: usage?.completionTokens ?? pieces.length,
    failed: null,
  };
}

function failed(client: number | null, sentAtMs: number, reason: string): RequestSample {
  const nothing = { pieceAtMs: [], promptTokens: null, cachedTokens: null, newTokens: 0 };
  return { client, sentAtMs, ...nothing, failed: reason };
}
