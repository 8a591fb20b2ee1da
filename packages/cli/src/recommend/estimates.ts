import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { defaultThreads, type Forecast, forecastHostBytes, type Progress } from "@quantlab/core";
import { store } from "@quantlab/engines";
import { type Prediction, type Prospect, usualSpeed } from "@quantlab/fit";
import { Simulator } from "@quantlab/llama-capi";
import { type CatalogueEntry, type Header, type HeaderOptions, headerOf } from "@quantlab/model-store";
import type { Candidate } from "./candidates.ts";
import type { Evidence } from "./evidence.ts";
import { gpuShare, type OnGpu } from "./gpu-share.ts";
import type { Machine } from "./machine.ts";
import type { Loss } from "./quality.ts";

/** A model in one type, with what is predicted of it. */
export interface Estimate {
  readonly entry: CatalogueEntry;
  readonly type: string;
  readonly forecast: Forecast;
  readonly from: Header["from"];
  /** Bytes of the machine's memory, the context full. */
  readonly memory: Extract<Prediction, { readonly value: number }>;
  /** Tokens a second that are decoded behind a full context. */
  readonly speed: Prediction;
  /** Null for a type that no ladder holds. */
  readonly loss: Loss | null;
  /** What of it lies on a GPU that was described; null where none was. */
  readonly gpu: OnGpu | null;
}

export interface EstimateSettings {
  readonly context: number;
  readonly machine: Machine;
  readonly evidence: Evidence;
  readonly losses: ReadonlyMap<string, Loss>;
  readonly copySpeed: number | null;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Where headers come from, as `headerOf` takes it; plans, and the hub where there is none, unless said. */
  readonly ways?: NonNullable<HeaderOptions["ways"]>;
}

/**
 * What is predicted of the candidates in each of their types, or in those up to the first of which `enough` is true: some take
 * a third of a second. One whose header is out of reach is absent.
 */
export async function estimatesOf(
  candidates: readonly Candidate[],
  settings: EstimateSettings,
  enough: (estimate: Estimate) => boolean = () => false,
): Promise<Estimate[]> {
  await using headers = await headerFolder();
  const estimates: Estimate[] = [];
  for (const [done, candidate] of candidates.entries()) {
    const step = `work out ${candidate.entry.id}`;
    settings.onProgress?.({ step, done, total: candidates.length, unit: "steps" });
    estimates.push(...(await estimatesOfModel(candidate, headers.folder, settings, enough)));
  }
  return estimates;
}

/** In a process for each model: what a vocabulary takes shows only where none was read before. */
async function estimatesOfModel(
  { entry, types }: Candidate,
  folder: string,
  settings: EstimateSettings,
  enough: (estimate: Estimate) => boolean,
): Promise<Estimate[]> {
  const { signal } = settings;
  let { ways = ["plan", "hub"] } = settings;
  await using simulator = new Simulator();
  const estimates: Estimate[] = [];
  let vocabularyBytes = 0;
  for (const type of types) {
    const header = await headerOf(store, `${entry.id}:${type}`, folder, { signal, ways });
    if (!header) {
      // It was out of reach, and each further question may take its time.
      ways = ["plan"];
      continue;
    }
    const simulated = await simulator.simulate({ file: header.file, ...contextOf(settings) }, signal);
    vocabularyBytes = Math.max(vocabularyBytes, simulated.vocabularyBytes);
    const forecast = { ...simulated, vocabularyBytes };
    estimates.push(estimateOf({ entry, type, from: header.from }, forecast, settings));
    if (enough(estimates.at(-1)!)) break;
  }
  return estimates;
}

/** What is predicted of one, once its engine has worked out what loading takes. */
export function estimateOf(
  model: Pick<Estimate, "entry" | "type" | "from">,
  forecast: Forecast,
  { machine, evidence, losses, copySpeed }: EstimateSettings,
): Estimate {
  const gpu = machine.gpuBytes ? gpuShare(forecast, machine.gpuBytes) : null;
  return {
    ...model,
    forecast,
    memory: memoryOf(forecast, evidence, gpu),
    speed: speedOf({ forecast, copySpeed }, evidence, gpu),
    loss: losses.get(model.type) ?? null,
    gpu,
  };
}

function speedOf(prospect: Prospect, evidence: Evidence, gpu: OnGpu | null): Prediction {
  if (gpu && gpu.layers > 0) return { value: null, reason: "exp12 has not been run on a GPU" };
  const usual = evidence.host === null ? usualSpeed(prospect) : null;
  return usual === null ? evidence.speed.predict(prospect) : { value: usual, interval: null };
}

function memoryOf(forecast: Forecast, evidence: Evidence, gpu: OnGpu | null): Estimate["memory"] {
  const predicted = evidence.memory.predict({ forecast, copySpeed: null });
  // The process that worked it out stands for the one that will load it.
  const whole =
    predicted.value === null
      ? { value: forecast.processBytes + forecastHostBytes(forecast), interval: null }
      : predicted;
  // How a model is split between two memories was measured nowhere.
  return gpu ? { value: whole.value - gpu.bytes, interval: null } : whole;
}

/** llama.cpp as the lab runs it. */
export function contextOf({ context, machine }: Pick<EstimateSettings, "context" | "machine">) {
  const threads = defaultThreads();
  return {
    contextSize: context,
    batchSize: 2048,
    microBatchSize: 512,
    threads,
    batchThreads: threads,
    flashAttention: "auto",
    keyType: "f16",
    valueType: "f16",
    // What was described is not what this machine has.
    gpu: machine.gpuBytes === null ? ("auto" as const) : (false as const),
  } as const;
}

async function headerFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), "quantlab-headers-"));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
