import type { ModelSubject, ReadyArm, SettleContext } from "@quantlab/core";
import { engineById } from "@quantlab/engines";
import { settlePrompts } from "./settled-prompts.ts";
import type { Settled, Workload } from "./workload.ts";

/** Each arm's prompt, and where its workload asks for it what its engine says that loading will take. */
export async function settleGenerations(arms: readonly ReadyArm<Workload>[], context: SettleContext) {
  const settled: { readonly workload: Workload; readonly settled: Settled }[] = [];
  for (const [index, { workload, settled: prompt }] of (await settlePrompts(arms, context)).entries())
    settled.push({ workload, settled: { ...prompt, ...(await forecastOf(arms[index]!, context.signal)) } });
  return settled;
}

async function forecastOf(
  { subject: { subject, model }, workload }: ReadyArm<Workload>,
  signal: AbortSignal,
): Promise<Pick<Settled, "forecast">> {
  if (!workload.withForecast) return {};
  const { engine, options } = subject as ModelSubject;
  const forecast = await engineById(engine).backend(options).forecast?.(model!, signal);
  return forecast ? { forecast } : {};
}
