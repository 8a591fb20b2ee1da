import type { Json } from "@quantlab/core";
import type { Estimate } from "./estimates.ts";
import type { Evidence } from "./evidence.ts";
import type { GridRow } from "./grid.ts";
import type { Recommendation } from "./recommendation.ts";

/** The recommendation for programs: every figure with its interval and the word "predicted". */
export function recommendationDocument(recommendation: Recommendation): Json {
  const { machine, task, context, best, others, evidence, settings, commands, guidance } = recommendation;
  return {
    machine: { ...machine, host: machine.host?.id ?? null },
    task: task.name,
    context,
    recommended: { ...estimateDocument(best), engine: "llamacpp-engine", settings },
    others: others.map(estimateDocument),
    evidence: evidenceDocument(evidence),
    published: { source: guidance.source, lines: [...guidance.lines] },
    commands: [...commands],
  } as unknown as Json;
}

export function gridDocument(
  rows: readonly GridRow[],
  context: number,
  source: string,
  evidence: Evidence,
): Json {
  return {
    context,
    evidence: evidenceDocument(evidence),
    published: source,
    rows: rows.map(({ model, parameters, cells }) => ({
      model,
      parameters,
      cells: cells.map(({ ramGB, best, published, disagreement }) => ({
        ramGB,
        predicted: best && estimateDocument(best),
        published,
        disagreement,
      })),
    })),
  } as unknown as Json;
}

function estimateDocument({ entry, type, from, memory, speed, loss, gpu, forecast }: Estimate) {
  return {
    model: `${entry.id}:${type}`,
    parameters: entry.parameters,
    license: entry.license,
    header: from,
    memoryBytes: { kind: "predicted", value: memory.value, interval90: memory.interval },
    decodeTps:
      speed.value === null
        ? { kind: "predicted", value: null, reason: speed.reason }
        : { kind: "predicted", value: speed.value, interval90: speed.interval },
    perplexityRatio: loss && {
      kind: "predicted",
      low: loss.low,
      high: loss.high,
      measuredOn: [...loss.models],
    },
    gpu: gpu && { ...gpu },
    buffers: forecast.buffers,
  };
}

function evidenceDocument({ host, isThisHost, shapes, memory, speed }: Evidence): Json {
  return {
    host: host?.id ?? null,
    isThisHost,
    models: [...shapes],
    coverage: { memory: memory.coverage, decode: speed.coverage },
    heldOut: { memory: memory.tried, decode: speed.tried },
  };
}
