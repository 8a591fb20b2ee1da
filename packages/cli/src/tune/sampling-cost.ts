import { formatRatio } from "@quantlab/report";
import { type Bed, measurePair } from "./measurement.ts";
import type { Options } from "./search.ts";

/** What drawing tokens takes of decoding; for people to know, for no setting changes it. */
export interface SamplingCost {
  readonly sampling: { readonly temperature: number; readonly topK: number; readonly topP: number };
  /** Decode speed of drawing against taking the likeliest token, at the first covered point. */
  readonly ratio: number;
  readonly ci95: readonly [number, number];
  readonly text: string;
}

/** What people mostly set. */
const usual = { temperature: 0.8, topK: 40, topP: 0.95 };

/** Measures it with these settings; null where the engine cannot draw. */
export async function samplingCost(
  bed: Bed,
  options: Options,
  watch: Parameters<typeof measurePair>[3],
): Promise<SamplingCost | null> {
  const [point] = bed.points;
  const outcome = await measurePair(
    { ...bed, points: [point!] },
    { options },
    { options, workload: { sampling: { ...usual, seed: 42 } } },
    watch,
  );
  if (outcome.kind !== "measured") return null;
  const effect = outcome.effects.find(({ phase }) => phase === "decode")?.effect;
  if (!effect) return null;
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  const { temperature, topK, topP } = usual;
  return {
    sampling: usual,
    ratio: effect.ratio,
    ci95: effect.ci95,
    text: `drawing tokens (temperature ${temperature}, top-k ${topK}, top-p ${topP}) decodes ${ratio}×${interval ? ` (${interval})` : ""} as fast as taking the likeliest`,
  };
}
