import type { Block, ComparedArm, Effect, EngineInfo, Json, Metric, Result } from "@quantlab/core";

/** One of the two that are compared: an arm, and what is known of it. */
export interface Side {
  readonly about: ComparedArm;
  /** Of its document: "q4". */
  readonly arm: string;
  /** Two sides of one run have the same. */
  readonly run: string;
  /** "sprout Q4_K_M", for a message. */
  readonly model: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Its raw samples, where there are any. */
  readonly blocks: readonly Block[] | null;
  /** What it is against another arm of its run, round by round; null where nobody can tell any more. */
  effectsAgainst(arm: string): Effects | null;
}

export type Effects = Readonly<Record<string, Effect>>;

/** An arm of a result as a side. */
export function sideOf(
  result: Result,
  arm: string,
  { name, source }: Pick<ComparedArm, "name" | "source">,
): Side {
  const own = result.arms[arm]!;
  const { host, startedAt, digest, verdict } = result;
  const about: ComparedArm = {
    name,
    source,
    host: host.id,
    startedAt,
    modelSha256: own.modelSha256,
    protocol: protocolOf(result, arm),
    verdict,
  };
  return {
    about,
    arm,
    run: `${digest} ${startedAt}`,
    model: [own.model ?? result.model, own.quantization].filter(Boolean).join(" "),
    metrics: own.metrics,
    blocks: null,
    effectsAgainst: (other) =>
      other === (own.against ?? result.baseline) ? (result.effects[arm] ?? {}) : null,
  };
}

/** What a prompt is in a model's tokens belongs to the model. */
const ofModel = ["promptText", "promptIdsSha256"];

/** What an arm did and with which settings; a version of an engine or of the lab is none. */
function protocolOf(result: Result, arm: string): Record<string, Json> {
  const { backend, engine, workloads = {} } = result.arms[arm]!;
  const scenarios = Object.keys({ ...result.workloads, ...workloads });
  const asked = scenarios.flatMap((scenario) =>
    Object.entries({ ...result.workloads[scenario], ...workloads[scenario] }).flatMap(([field, value]) =>
      ofModel.includes(field) ? [] : [[`${scenario} ${field}`, value] as const],
    ),
  );
  return { engine: backend, ...(engine && settingsOf(engine)), ...Object.fromEntries(asked) };
}

function settingsOf(engine: EngineInfo): Record<string, Json> {
  const { threads, contextSize, kvCacheTypes, flashAttention, devices } = engine;
  return {
    threads: threads ?? null,
    context: contextSize,
    "KV cache types": kvCacheTypes,
    "flash attention": flashAttention,
    // "CPU" of "CPU (AMD EPYC, zen4 build)": which one it is belongs to the host.
    devices: devices.map((device) => device.replace(/ \(.*$/, "")),
  };
}
