import { formatCount } from "@quantlab/terminal";
import { formatTable } from "../frame/table.ts";
import type { Estimate } from "./estimates.ts";
import type { GridCell, GridRow } from "./grid.ts";
import type { Recommendation } from "./recommendation.ts";
import { evidenceLines, lossWords, memoryWords, speedWords } from "./words.ts";

const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** What people read: the choice, what else fits, what the figures rest on, what others advise, what to type. */
export function recommendationText(recommendation: Recommendation): string {
  const { machine, task, context, best, others, evidence, commands, guidance } = recommendation;
  const room = `${gib(machine.usableBytes)} of ${gib(machine.ramBytes)} are left for a model`;
  return [
    `For ${task.name} with a context of ${context} tokens; ${room}${gpuWords(machine.gpuBytes)}.`,
    "",
    `${best.entry.id}:${best.type} (${formatCount(best.entry.parameters ?? 0)} parameters, ${best.entry.license})`,
    ...detailLines(recommendation).map((line) => `  ${line}`),
    "",
    ...(others.length > 0 ? ["Also fit:", othersTable(others)] : []),
    ...evidenceLines(evidence),
    ...qualityLines(best),
    "Which of two models answers better is not measured: of those that fit, the one with the most parameters is taken, in the type that loses least.",
    "",
    ...guidanceLines(guidance),
    "Get it, and see whether it holds:",
    ...commands.map((command) => `  ${command}`),
    "",
  ].join("\n");
}

function gpuWords(gpuBytes: number | null): string {
  if (gpuBytes === null) return "";
  return gpuBytes === 0 ? ", without a GPU" : `, beside a GPU of ${gib(gpuBytes)}`;
}

function detailLines({ best, settings }: Recommendation): string[] {
  return [
    `memory   ${memoryWords(best)}`,
    ...(best.gpu
      ? [`GPU      ${gib(best.gpu.bytes)} for ${best.gpu.layers} of ${best.gpu.of} layers, predicted`]
      : []),
    `decode   ${speedWords(best)}`,
    `loss     ${lossWords(best)}`,
    `engine   llama.cpp, ${settings}`,
  ];
}

function othersTable(others: readonly Estimate[]): string {
  return formatTable(
    ["model", "memory", "decode", "loss"],
    others.map((each) => [
      `${each.entry.id}:${each.type}`,
      memoryWords(each),
      speedWords(each),
      lossWords(each),
    ]),
  );
}

function qualityLines({ loss }: Estimate): string[] {
  return loss === null
    ? []
    : [
        `What a type loses was measured on ${loss.models.join(" and ")}: other models, so it is no interval of this one's.`,
      ];
}

function guidanceLines({ source, lines }: Recommendation["guidance"]): string[] {
  return lines.length === 0
    ? []
    : [
        `Published for machines of this size (${source}), with ours at the same context:`,
        ...lines.map((line) => `  ${line}`),
        "",
      ];
}

/** The whole grid, each cell with the published advice below, and a line for each where the two disagree. */
export function gridText(rows: readonly GridRow[], context: number, source: string): string {
  const machines = rows[0]?.cells.map(({ ramGB }) => `${ramGB} GB`) ?? [];
  const disagreements = rows.flatMap(({ model, cells }) =>
    cells.flatMap(({ ramGB, disagreement, published }) =>
      disagreement === null ? [] : [`${model}, ${ramGB} GB, published "${published}": ${disagreement}.`],
    ),
  );
  return [
    `The type that loses least and fits, with a context of ${context} tokens and its memory, predicted:`,
    "",
    formatTable(
      ["model", "parameters", ...machines],
      rows.map(({ model, parameters, cells }) => [model, formatCount(parameters), ...cells.map(cellText)]),
    ),
    `Below: published (${source}).`,
    ...(disagreements.length > 0
      ? ["", "Where they disagree:", ...disagreements.map((line) => `  ${line}`)]
      : []),
    "",
  ].join("\n");
}

function cellText({ best, published }: GridCell): string {
  const own = best ? `${best.type} ${gib(best.memory.value)}` : "—";
  return published === null ? own : `${own}\n${published}`;
}
