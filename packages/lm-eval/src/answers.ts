import { EngineError, promptText, type TextSession, writtenText } from "@quantlab/core";
import { canChoose, continuationIds, continuationScore, isRight, type Task } from "@quantlab/scoring";
import type { GenerationSettings, Turn } from "./turn.ts";

type Answer = string | boolean | readonly [logLikelihood: number, greedy: boolean];

/** Answers what the harness asks: log-likelihoods and written answers by a session, right and wrong by the lab's judge. */
export class Answers {
  readonly #session: TextSession;
  readonly #signal: AbortSignal;
  /** Whose prompt it is, for errors. */
  readonly #items = new Map<string, { readonly file: string; readonly id: string }>();
  #last: { readonly prompt: string; readonly promptIds: Int32Array } | null = null;

  constructor(session: TextSession, tasks: readonly Task[], signal: AbortSignal) {
    this.#session = session;
    this.#signal = signal;
    for (const task of tasks) {
      if (task.kind !== "multiple-choice") continue;
      for (const { id, prompt } of task.items) this.#items.set(prompt, { file: task.file, id });
    }
  }

  /** One answer to each request, in their order; `onAnswer` is called after each that the session gave. */
  async to(turn: Exclude<Turn, { done: unknown }>, onAnswer: () => void): Promise<Answer[]> {
    if (turn.ask === "judge") return turn.requests.map((asked) => isRight(...asked));
    const answers: Answer[] = [];
    for (const [context, wanted] of turn.requests) {
      this.#signal.throwIfAborted();
      const scored = typeof wanted === "string";
      answers.push(scored ? await this.#score(context, wanted) : await this.#write(context, wanted));
      onAnswer();
    }
    return answers;
  }

  async #score(prompt: string, text: string): Promise<Answer> {
    const session = this.#session;
    if (!canChoose(session)) {
      throw new EngineError(session.engine.name, "shows no logits, and the harness asks for likelihoods");
    }
    // The choices of one question come one after the other.
    if (this.#last?.prompt !== prompt) {
      this.#last = { prompt, promptIds: await session.tokenize(prompt, promptText) };
    }
    const { promptIds } = this.#last;
    const what = this.#items.get(prompt) ?? { file: "lm-evaluation-harness", id: prompt.slice(0, 40) };
    const ids = await continuationIds(session, { prompt, promptIds, text }, what);
    const score = await continuationScore(session, { promptIds, ids }, this.#signal);
    return [score.logLikelihood, score.greedy];
  }

  async #write(context: string, { until, max_gen_toks: newTokens }: GenerationSettings): Promise<string> {
    const promptIds = await this.#session.tokenize(context, promptText);
    const request = { promptIds, newTokens, sampling: "greedy", stopAtEndOfText: true } as const;
    const trace = await this.#session.generate(request, this.#signal);
    const text = await writtenText(this.#session, trace);
    const ends = until.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
    return text.slice(0, Math.min(text.length, ...ends));
  }
}
