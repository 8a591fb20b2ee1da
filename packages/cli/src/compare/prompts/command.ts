import {
  beyondTraining,
  detectHost,
  evaluatedModel,
  fromUser,
  type Json,
  type ModelFile,
  type PromptComparison,
  QuantlabError,
  toPublicPath,
  UsageError,
  validate,
} from "@quantlab/core";
import { store } from "@quantlab/engines";
import { modelSource } from "@quantlab/model-store";
import { callOnce } from "@quantlab/processes";
import { describeLab } from "@quantlab/runner";
import { type PromptFile, readPrompts } from "@quantlab/scoring";
import { samenessMargin } from "@quantlab/shared-metrics";
import { ProgressLine } from "@quantlab/terminal";
import { engineProgram } from "../../frame/engine-program.ts";
import { prepareBackend, resolveModel } from "../../frame/preparation.ts";
import { restoredNote } from "../../frame/restored.ts";
import type { Outcome, VerbContext } from "../../frame/verb.ts";
import { scoringBackend } from "../../perplexity/backends.ts";
import { type CompareOptions, refuseIdle } from "../options.ts";
import { fileNamed } from "../sides/side-name.ts";
import type { PromptNote, PromptsJob, PromptsResult } from "./messages.ts";
import { promptsText } from "./text.ts";

/** Has A answer somebody's prompts, scores B along its answers in the same process, and tells whether that matters. */
export async function promptsCommand(
  { signal }: VerbContext,
  names: readonly [string, string],
  options: CompareOptions,
): Promise<Outcome> {
  const startedAt = new Date().toISOString();
  refuseIdle(options, "prompts");
  const { nGen: newTokens = 64, sameWithin = samenessMargin, raw = false, ctxSize = null } = options;
  if (newTokens < 1) throw new UsageError("-n 0: an answer of no tokens tells nothing", "try -n 64");
  const wrong = names.find((name) => fileNamed(name));
  if (wrong !== undefined)
    throw new UsageError(
      `${wrong} is a file, and prompts are answered by models`,
      "name a model, such as sprout:F16",
    );
  const prompts = await readPrompts(fromUser(options.prompts!), { raw });
  const backendOptions = options.threads === undefined ? {} : { threads: options.threads };
  const [reference, candidate] = [await prepared(names[0]), await prepared(names[1])];
  requireWeights(reference, candidate);
  const job: PromptsJob = {
    reference,
    candidate,
    backendOptions,
    newTokens,
    sameWithin,
    file: toPublicPath(prompts.file),
    prompts: prompts.prompts,
    contextSize: ctxSize,
  };
  const result = await scored(job, signal);
  const comparison: PromptComparison = {
    schemaVersion: 1,
    startedAt,
    finishedAt: new Date().toISOString(),
    host: detectHost(),
    lab: await describeLab(),
    reference: evaluatedModel(reference),
    candidate: evaluatedModel(candidate),
    promptsSha256: prompts.sha256,
    chat: !raw,
    newTokens,
    sameWithin,
    ...result,
  };
  const data = JSON.parse(JSON.stringify(comparison)) as Json;
  validate("prompt-comparison", data, "the comparison");
  return { data, text: promptsText(comparison), warnings: warningsOn(comparison, job, prompts) };

  async function prepared(name: string): Promise<ModelFile> {
    const source = modelSource(name, store);
    await prepareBackend(scoringBackend(source.ref.form, backendOptions), signal);
    return await resolveModel(source, signal);
  }
}

function requireWeights(...models: readonly ModelFile[]): void {
  if (models.some(({ synthetic }) => synthetic))
    throw new UsageError(
      "the weights are random, so answers mean nothing",
      "name models with trained weights",
    );
}

async function scored(job: PromptsJob, signal: AbortSignal): Promise<PromptsResult> {
  const { id, environment } = scoringBackend(job.reference.ref.form, job.backendOptions);
  using progress = new ProgressLine();
  const onEvent = (_: string, note: Json) => {
    const { done, of, kld } = note as unknown as PromptNote;
    const step = `mean divergence ${kld.toFixed(4)}, prompts`;
    progress.step({ step, done, total: of, unit: "steps" });
  };
  const result = await callOnce<PromptsResult>(engineProgram(id, environment), "prompts", job, {
    signal,
    onEvent,
  });
  if (result.total.prompts > 0) return result;
  const reason = result.prompts
    .map((each) => (each.status === "compared" ? null : each.reason))
    .find((each) => each);
  throw new QuantlabError("NOTHING_COMPARED", `no prompt could be compared: ${reason}`, {
    remedy: "give shorter prompts or a smaller -n, or another model",
  });
}

function warningsOn({ referenceEngine }: PromptComparison, job: PromptsJob, { repeated }: PromptFile) {
  const { reference, candidate, contextSize } = job;
  const lines = repeated.map(({ line, of }) => `${line} (as ${of})`).join(", ");
  return [
    reference.sha256 === candidate.sha256
      ? "A and B are the same file (A/A): it is held against itself"
      : null,
    repeated.length > 0 ? `each prompt counts once; said again in line ${lines}` : null,
    restoredNote(reference) ?? restoredNote(candidate),
    contextSize === null ? null : beyondTraining(referenceEngine),
  ];
}
