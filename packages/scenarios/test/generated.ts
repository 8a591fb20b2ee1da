import type { EngineInfo, Json, ReadySubject } from "@quantlab/core";
import { resolveModel } from "@quantlab/engines";
import { generate } from "../src/generate/scenario.ts";
import type { Workload } from "../src/generate/workload.ts";
import { unwatchedBlock } from "./unwatched-block.ts";

/** The shipped model on an engine, as the runner prepares it. */
export async function shippedOn(
  engine: string,
  options: Readonly<Record<string, Json>>,
): Promise<ReadySubject> {
  const model = await resolveModel("sprout:Q4_K_M");
  const subject = { model: "sprout:Q4_K_M", engine, options };
  return { subject, model, beside: {}, version: null, environment: {}, places: {} };
}

/** What a block of this workload measured, and what its engine told of itself. */
export async function generated(subject: ReadySubject, workload: Workload) {
  const { signal } = new AbortController();
  const context = { signal, baseline: "one", reference: null, silenceMs: 60_000 };
  const [settled] = await generate.settle!([{ name: "one", subject, workload }], context);
  const ran: EngineInfo[] = [];
  const block = unwatchedBlock({ ran: (engine) => void ran.push(engine) });
  const sample = await generate.perform(subject, { ...settled!.workload, ...settled!.settled }, block);
  return { ...sample, engine: ran.at(-1) };
}
