import {
  type EndpointSubject,
  endpointAddress,
  type Json,
  type Plan,
  QuantlabError,
  UsageError,
} from "@quantlab/core";
import { type Endpoint, endpointAt, servedNames } from "@quantlab/openai-endpoint";
import { runArms, runDisplay } from "@quantlab/runner";
import { ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../../frame/verb.ts";
import type { BenchOptions } from "../options.ts";
import { servingTable } from "./table.ts";

/** What a person at a screen does not notice: a first word within two seconds, and no pause of a fifth of one. */
const objective = { ttftMs: 2000, gapMs: 200 };

/** Has clients ask a server that runs, and tells what they saw of it. */
export async function benchServerCommand(
  { signal }: VerbContext,
  url: string,
  options: BenchOptions,
): Promise<Outcome> {
  const { url: endpoint, name } = endpointAddress(url, "--serve");
  const subject: EndpointSubject = { endpoint };
  const model = await modelAt(endpointAt(endpoint), options.serveModel ?? name, signal);
  const plan = planOf(subject, model, options);
  using progress = new ProgressLine();
  const run = await runArms(plan, { signal, onEvent: runDisplay(progress) });
  const [reason] = run.blocks.flatMap((block) => block.reason ?? []);
  if (run.blocks.every(({ status }) => status !== "measured"))
    throw new QuantlabError("NOTHING_MEASURED", `nothing was measured; ${reason}`);
  return {
    data: { run: { ...run } as unknown as Json },
    text: servingTable(run),
    warnings: [reason ?? null],
  };
}

/** The name that was typed, or the server's only one. */
async function modelAt(endpoint: Endpoint, typed: string | null, signal: AbortSignal): Promise<string> {
  const names = await servedNames(endpoint, signal);
  if (typed !== null) return typed;
  if (names.length === 1) return names[0]!;
  throw new UsageError(
    `${endpoint.url} serves ${names.length === 0 ? "no model" : names.join(", ")}`,
    "name one with --serve-model",
  );
}

function planOf(subject: EndpointSubject, name: string, options: BenchOptions): Plan {
  const { clients = [1, 4], repetitions, rate, longPrompt, blocks = 3, timeout } = options;
  const [promptWords, newTokens] = [one("-p", options.nPrompt, 256), one("-n", options.nGen, 64)];
  const nameOf = (count: number) => (count === 1 ? "1 client" : `${count} clients`);
  const serve = {
    ...{ arguments: [], name, requests: repetitions, promptWords, newTokens, objective },
    ...(rate !== undefined && { arrivalsPerSecond: rate }),
    ...(longPrompt !== undefined && { foreignWords: longPrompt }),
  };
  return {
    id: "bench",
    question: `How fast does ${subject.endpoint} answer?`,
    arms: clients.map((count) => ({
      name: nameOf(count),
      subject,
      workloads: { serve: { ...serve, clients: count } },
    })),
    baseline: nameOf(clients[0]!),
    protocol: { blocks, order: "interleaved", seed: 1 },
    armBudgetMs: 60 * 60_000,
    silenceMs: timeout * 60_000,
    waits: false,
    full: false,
    overrides: {},
  };
}

function one(flag: string, typed: readonly number[] | undefined, usual: number): number {
  const [value = usual, ...more] = typed ?? [];
  if (more.length === 0 && value >= 1) return value;
  throw new UsageError(
    `${flag} ${typed!.join(",")} is more than a server is asked at once`,
    `give one ${flag}, from 1`,
  );
}
