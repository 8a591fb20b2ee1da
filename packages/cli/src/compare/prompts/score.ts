import { type PromptOutcome, sha256 } from "@quantlab/core";
import { type AnswerDivergence, type AskedPrompt, answerDivergence, askPrompts } from "@quantlab/scoring";
import {
  type AnswerSums,
  furtherPrompts,
  type PromptVerdict,
  perToken,
  plannedLooks,
  shuffled,
  verdictOn,
} from "@quantlab/shared-metrics";
import { sum } from "d3-array";
import { openScoring } from "../../perplexity/scoring-session.ts";
import type { PromptNote, PromptsJob, PromptsResult } from "./messages.ts";
import { noRoom } from "./room.ts";

const never = new AbortController().signal;

type Compared = Extract<PromptOutcome, { status: "compared" }>;

/** Loads both models, looks at every prompt, and compares one after the other until the verdict is there. */
export async function scorePrompts(
  job: PromptsJob,
  note: (note: PromptNote) => void,
): Promise<PromptsResult> {
  const { backendOptions, newTokens, sameWithin } = job;
  await using reference = await openScoring(job.reference, { backendOptions, beside: true });
  await using candidate = await openScoring(job.candidate, { backendOptions, beside: true });
  const asked = await askPrompts(reference, candidate, job.prompts, job.file);
  const outcomes = new Map<number, PromptOutcome>();
  const fitting = asked.filter(({ line, ids }) => {
    const reason = noRoom(ids.length, job, [reference.engine, candidate.engine]);
    if (reason !== null) outcomes.set(line, { line, status: "refused", reason });
    return reason === null;
  });
  const looks = plannedLooks(fitting.length);
  let [found, taken]: [PromptVerdict, number] = [{ verdict: "undecided", decisive: null }, 0];
  const answers: AnswerSums[] = [];
  // Files are often sorted, and who stops early must have seen prompts of every kind.
  for (const [index, prompt] of shuffled(fitting).entries()) {
    const { line } = prompt;
    if (found.verdict !== "undecided") {
      outcomes.set(line, { line, status: "skipped", reason: "the verdict was there before" });
      continue;
    }
    const divergence = await answerDivergence(reference, candidate, prompt, newTokens, never);
    const outcome = await outcomeOf(prompt, divergence, (ids) => reference.detokenize(ids));
    outcomes.set(line, outcome);
    if (divergence.compared) answers.push(sumsOf(divergence));
    const kld = answers.length > 0 ? perToken(answers, "kld").value : 0;
    note({ done: index + 1, of: fitting.length, kld });
    if (!looks.includes(index + 1)) continue;
    found = verdictOn(answers, looks.length, sameWithin);
    taken++;
  }
  const prompts = [...outcomes.values()].sort((a, b) => a.line - b.line);
  return {
    verdict: found.verdict,
    furtherPrompts: found.verdict === "undecided" ? furtherPrompts(answers, sameWithin) : null,
    looks: { taken, planned: looks.length },
    total: {
      prompts: answers.length,
      tokens: sum(answers, ({ tokens }) => tokens),
      unchanged: prompts.filter((each) => each.status === "compared" && each.flips === 0).length,
      kld: perToken(answers, "kld"),
      flips: perToken(answers, "flips"),
      decisive: found.decisive,
    },
    promptIdsSha256: sha256(Int32Array.from(asked.flatMap(({ ids }) => [...ids]))),
    prompts,
    referenceEngine: reference.engine,
    candidateEngine: candidate.engine,
  };
}

function sumsOf({ ids, compared }: AnswerDivergence): AnswerSums {
  const flips = sum(compared!.sameTop, (same) => 1 - same);
  return { tokens: ids.length, kld: sum(compared!.kld), flips };
}

async function outcomeOf(
  { line, ids: promptIds }: AskedPrompt,
  divergence: AnswerDivergence,
  detokenize: (ids: Int32Array) => Promise<string>,
): Promise<PromptOutcome> {
  const { ids, text, compared } = divergence;
  if (!compared) return { line, status: "skipped", reason: "A answers nothing" };
  const { tokens, flips, kld } = sumsOf(divergence);
  const first = compared.sameTop.indexOf(0);
  const word = (id: number) => detokenize(Int32Array.of(id));
  const outcome: Compared = {
    line,
    status: "compared",
    promptTokens: promptIds.length,
    tokens,
    answer: text,
    kld: kld / tokens,
    flips,
    firstDifference:
      first < 0
        ? null
        : { token: first, reference: await word(ids[first]!), candidate: await word(compared.top[first]!) },
  };
  return outcome;
}
