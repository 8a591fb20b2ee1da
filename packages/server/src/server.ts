import { randomUUID, timingSafeEqual } from "node:crypto";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { Answering } from "./answering.ts";
import { chatCompletions } from "./chat-completions.ts";
import { chatIds, messagesFrom } from "./chat-prompt.ts";
import { completions } from "./completions.ts";
import { embeddings } from "./embeddings.ts";
import { Measures } from "./measures.ts";
import { errorBody, Problem, problemFrom } from "./problem.ts";
import {
  ChatBody,
  CompletionBody,
  DetokenizeBody,
  EmbeddingBody,
  TemplateBody,
  TokenizeBody,
} from "./requests.ts";
import { addRunRoutes } from "./run-routes.ts";
import { type Measure, Runs } from "./runs.ts";
import type { ServedModel, ServedModels } from "./served-models.ts";
import { Turns } from "./turns.ts";

export interface ServerOptions {
  /** What requests must bring as "Authorization: Bearer …"; null lets everybody in. */
  readonly key: string | null;
  /** Requests that may wait for their turn. */
  readonly mostWaiting: number;
  /** Bytes of a request. */
  readonly mostBytes: number;
  /** Milliseconds from a request's turn to its end. */
  readonly mostMs: number;
  readonly version: string;
  /** Measures what `/runs` asks for. */
  readonly measure: Measure;
  /** A fault of the server itself. */
  readonly onFault: (error: unknown) => void;
}

/** The HTTP API over these models; `listen` starts it, `close` waits for what runs. */
export async function createServer(models: ServedModels, options: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: options.mostBytes,
    // What a client sends is taken as it is: nothing is turned into another type, and nothing left out in silence.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    forceCloseConnections: "idle",
  });
  const turns = new Turns(options.mostWaiting);
  const measures = new Measures(turns, models);
  const answering = new Answering(models, turns, measures, options);
  const idle = setInterval(() => models.dropIdle().catch(options.onFault), idleLookMs);
  const runs = new Runs(options.measure);
  app.addHook("onClose", async () => {
    clearInterval(idle);
    await runs.close();
    await turns.idle();
  });

  app.setErrorHandler((thrown, _request, reply) => {
    const problem = problemFrom(thrown);
    if (problem.status >= 500) options.onFault(thrown);
    return answerProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) =>
    answerProblem(
      reply,
      new Problem(404, "unknown_url", `there is no ${request.method} ${request.url.split("?")[0]}`),
    ),
  );
  app.addHook("onRequest", async (request) => requireKey(request, options.key));
  app.addHook("onResponse", async (request, reply) => {
    measures.answered(request.routeOptions.url ?? "none", reply.statusCode);
  });

  await app.register(swagger, {
    openapi: { info: { title: "quantlab", version: options.version }, openapi: "3.1.0" },
  });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  app.get("/health", async () => ({
    status: "ok",
    loaded: models.loadedNames,
    running: turns.running,
    waiting: turns.waiting,
  }));
  app.get("/metrics", async (_request, reply) => {
    await reply.type(measures.contentType).send(await measures.text());
  });
  const listed = ({ name, contextSize }: ServedModel) => ({
    ...{ id: name, object: "model", created: startedAt, owned_by: "quantlab" },
    // As vLLM has it.
    ...(contextSize !== null && { max_model_len: contextSize }),
  });
  app.get("/v1/models", async () => ({
    object: "list",
    data: models.names.map((name) => listed(models.named(name))),
  }));
  app.get<{ Params: { "*": string } }>("/v1/models/*", async ({ params }) =>
    listed(models.named(params["*"])),
  );

  addRunRoutes(app, runs);
  app.post<{ Body: TokenizeBody }>(
    "/tokenize",
    { schema: { body: TokenizeBody } },
    async (request, reply) => {
      const { content, add_special = false, parse_special = true } = request.body;
      return answering.inTurn(request, reply, async (session) => ({
        tokens: [...(await session.tokenize(content, { bos: add_special, special: parse_special }))],
      }));
    },
  );
  app.post<{ Body: DetokenizeBody }>(
    "/detokenize",
    { schema: { body: DetokenizeBody } },
    async (request, reply) =>
      answering.inTurn(request, reply, async (session) => ({
        content: await session.detokenize(Int32Array.from(request.body.tokens)),
      })),
  );
  app.post<{ Body: TemplateBody }>(
    "/apply-template",
    { schema: { body: TemplateBody } },
    async (request, reply) =>
      answering.inTurn(request, reply, async (session) => {
        const messages = messagesFrom(request.body.messages);
        return {
          prompt: await session.formatChat(messages),
          tokens: [...(await chatIds(session, messages))],
        };
      }),
  );
  app.post<{ Body: EmbeddingBody }>(
    "/v1/embeddings",
    { schema: { body: EmbeddingBody } },
    async (request, reply) =>
      answering.inTurn(request, reply, (session, _room, signal) => embeddings(session, request.body, signal)),
  );
  app.post<{ Body: CompletionBody }>(
    "/v1/completions",
    { schema: { body: CompletionBody } },
    (request, reply) => {
      const id = `cmpl-${randomUUID()}`;
      return answering.answer(request, reply, {
        head: { id, object: "text_completion" },
        run: (session, room, onText, signal) => completions(session, request.body, room, onText, signal),
        piece: (index, text) => ({ index, text, logprobs: null, finish_reason: null }),
        // The text has gone out in pieces; what the model thought of it comes behind.
        last: ({ index, logprobs, finish_reason }) => ({ index, text: "", logprobs, finish_reason }),
      });
    },
  );
  app.post<{ Body: ChatBody }>("/v1/chat/completions", { schema: { body: ChatBody } }, (request, reply) => {
    const id = `chatcmpl-${randomUUID()}`;
    return answering.answer(request, reply, {
      head: { id, object: "chat.completion" },
      streamHead: { id, object: "chat.completion.chunk" },
      run: (session, room, onText, signal) => chatCompletions(session, request.body, room, onText, signal),
      piece: (index, text) => ({
        index,
        delta: { role: "assistant", content: text },
        logprobs: null,
        finish_reason: null,
      }),
      last: ({ index, message: { tool_calls }, logprobs, finish_reason }) => ({
        index,
        delta: tool_calls
          ? { role: "assistant", tool_calls: tool_calls.map((call, place) => ({ index: place, ...call })) }
          : {},
        logprobs,
        finish_reason,
      }),
    });
  });
  return app;
}

/** How often models that nobody asks are looked for. */
const idleLookMs = 15_000;
const startedAt = Math.floor(Date.now() / 1000);

function answerProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfter !== null) reply.header("retry-after", problem.retryAfter);
  return reply.code(problem.status).send(errorBody(problem));
}

/** Compared in the same time whatever is wrong with it. */
function requireKey(request: FastifyRequest, key: string | null): void {
  if (key === null || request.url === "/health") return;
  const given = Buffer.from(/^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? "");
  const wanted = Buffer.from(key);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new Problem(401, "invalid_api_key", 'this server wants its key, as "Authorization: Bearer …"');
}
