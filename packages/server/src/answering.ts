import type { TextSession } from "@quantlab/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { EventStream } from "./event-stream.ts";
import type { Measures } from "./measures.ts";
import { errorBody, Problem, problemFrom } from "./problem.ts";
import type { ServedModel, ServedModels } from "./served-models.ts";
import type { Turns } from "./turns.ts";
import type { Usage } from "./usage.ts";

/** What every request for a model says. */
interface ModelBody {
  readonly model: string;
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}
type ModelRequest = FastifyRequest<{ Body: ModelBody }>;

/** What is done with a model: `room` is how many tokens prompt and answer may have together. */
type Work<Result> = (session: TextSession, room: number, signal: AbortSignal) => Promise<Result>;

/** How one kind of completions is computed and written. */
export interface CompletionKind<Choice> {
  readonly head: Head;
  /** Of a stream's pieces, where it is another. */
  readonly streamHead?: Head;
  /** `onText` gets the pieces of a stream, by the index of their choice. */
  readonly run: (
    session: TextSession,
    room: number,
    onText: (index: number, text: string) => void,
    signal: AbortSignal,
  ) => Promise<{ readonly choices: readonly Choice[]; readonly usage: Usage }>;
  readonly piece: (index: number, text: string) => unknown;
  /** What is told of a choice behind its pieces. */
  readonly last: (choice: Choice) => unknown;
}
interface Head {
  readonly id: string;
  readonly object: string;
}

export interface AnsweringOptions {
  /** Milliseconds from a request's turn to its end. */
  readonly mostMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Without a word for so long a client, or a proxy before it, may give up. */
const silentMs = 10_000;

/** Has requests answered by their models. */
export class Answering {
  readonly #models: ServedModels;
  readonly #turns: Turns;
  readonly #measures: Measures;
  readonly #options: AnsweringOptions;

  constructor(models: ServedModels, turns: Turns, measures: Measures, options: AnsweringOptions) {
    this.#models = models;
    this.#turns = turns;
    this.#measures = measures;
    this.#options = options;
  }

  /** A request's work on its model, once it is its turn; ended when the client goes away or it takes too long. */
  async inTurn<Result>(request: ModelRequest, reply: FastifyReply, work: Work<Result>): Promise<Result> {
    const served = this.#models.named(request.body.model);
    const gone = new AbortController();
    const onClose = () => {
      if (!reply.raw.writableFinished)
        gone.abort(new Problem(499, "client_gone", "the client has gone away"));
    };
    reply.raw.on("close", onClose);
    try {
      return await this.#turns.take(served, () => this.#worked(served, work, gone), gone.signal);
    } finally {
      reply.raw.off("close", onClose);
    }
  }

  async #worked<Result>(served: ServedModel, work: Work<Result>, stop: AbortController): Promise<Result> {
    const timer = setTimeout(() => {
      const limit = `${Math.round(this.#options.mostMs / 1000)} s`;
      stop.abort(new Problem(408, "too_long", `no answer within ${limit}`));
    }, this.#options.mostMs);
    try {
      return await this.#models.use(served, (session) => {
        const { contextSize, trainedContext } = session.engine;
        const room = served.contextSize ?? trainedContext ?? contextSize;
        return work(session, room, stop.signal);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** A completion of either kind, whole or as a stream of events. */
  async answer<Choice>(
    request: ModelRequest,
    reply: FastifyReply,
    kind: CompletionKind<Choice>,
  ): Promise<unknown> {
    const { model, stream, stream_options } = request.body;
    const about = { created: Math.floor(Date.now() / 1000), model };
    if (!stream) {
      const { choices, usage } = await this.inTurn(request, reply, (session, room, signal) =>
        kind.run(session, room, () => {}, signal),
      );
      this.#measures.generated(usage.tokens);
      return { ...kind.head, ...about, choices, usage };
    }
    const head = { ...(kind.streamHead ?? kind.head), ...about };
    const withUsage = stream_options?.include_usage ?? false;
    const none = withUsage ? { usage: null } : {};
    // Not at once: until the first piece is there, or the client would think that nothing comes, a refusal has a status of its own.
    let events: EventStream | null = null;
    const begin = () => {
      if (!events) reply.hijack();
      events ??= new EventStream(reply.raw);
      return events;
    };
    const patience = setTimeout(begin, silentMs);
    try {
      const { choices, usage } = await this.inTurn(request, reply, (session, room, signal) =>
        kind.run(
          session,
          room,
          (index, text) => begin().send({ ...head, choices: [kind.piece(index, text)], ...none }),
          signal,
        ),
      );
      this.#measures.generated(usage.tokens);
      for (const choice of choices) begin().send({ ...head, choices: [kind.last(choice)], ...none });
      if (withUsage) begin().send({ ...head, choices: [], usage });
      begin().done();
    } catch (thrown) {
      if (!events) throw thrown;
      const problem = problemFrom(thrown);
      if (problem.status >= 500) this.#options.onFault(thrown);
      begin().send(errorBody(problem));
    } finally {
      clearTimeout(patience);
      (events as EventStream | null)?.[Symbol.dispose]();
    }
    return reply;
  }
}
