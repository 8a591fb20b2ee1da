import type { FastifyInstance } from "fastify";
import { EventStream } from "./event-stream.ts";
import { RunBody } from "./requests.ts";
import type { Runs } from "./runs.ts";

type OfRun = { readonly Params: { readonly id: string } };

/** Plans are started, followed and read here. */
export function addRunRoutes(app: FastifyInstance, runs: Runs): void {
  app.post<{ Body: RunBody }>("/runs", { schema: { body: RunBody } }, async ({ body }, reply) =>
    reply.code(202).send(runs.begin(body).toJSON()),
  );
  app.get("/runs", async () => ({ object: "list", data: runs.all.map((run) => run.toJSON()) }));
  app.get<OfRun>("/runs/:id", async ({ params }) => runs.named(params.id).toJSON());
  app.get<OfRun>("/runs/:id/result", async ({ params }) => runs.named(params.id).result);
  app.get<OfRun>("/runs/:id/events", async ({ params }, reply) => {
    const run = runs.named(params.id);
    const gone = new AbortController();
    reply.raw.on("close", () => gone.abort());
    reply.hijack();
    using events = new EventStream(reply.raw);
    await run.follow((event) => events.send(event), gone.signal);
    events.send(run.toJSON());
    events.done();
  });
  app.delete<OfRun>("/runs/:id", async ({ params }) => {
    const run = runs.named(params.id);
    await run.cancel();
    return run.toJSON();
  });
}
