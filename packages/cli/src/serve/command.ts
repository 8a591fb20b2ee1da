import { isIPv6 } from "node:net";
import path from "node:path";
import { packageVersion, UsageError } from "@quantlab/core";
import { runArms } from "@quantlab/runner";
import { createServer, type ServedModel, ServedModels } from "@quantlab/server";
import { printError, printNote } from "@quantlab/terminal";
import { chosenEngine } from "../backend-option.ts";
import { engineOptions } from "../frame/engine-flags.ts";
import { type OpenableModel, openableModel } from "../frame/openable-model.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { type ServeOptions, usualParallel } from "./options.ts";

const here = ["127.0.0.1", "::1", "localhost"];
/** After Ctrl-C; the frame ends the process soon after. */
const drainMs = 4000;

/** Serves until Ctrl-C. */
export async function serveCommand({ json, signal }: VerbContext, options: ServeOptions): Promise<Outcome> {
  const { host, port, keep, idle, queue, timeout, maxBody, backend } = options;
  const key = process.env.QUANTLAB_API_KEY || null;
  if (key === null && !here.includes(host))
    throw new UsageError(
      `whoever reaches ${host} could use this machine: there is no key`,
      "set QUANTLAB_API_KEY, or leave out --host",
    );
  const models: ServedModel[] = [];
  for (const model of options.model ?? [undefined]) {
    const wanted = { backend, model };
    const found = await openableModel(
      { ...wanted, options: { ...engineOptions(options), ...sequencesOf(wanted, options) } },
      signal,
    );
    if (found.note) printNote(found.note);
    models.push(servedModel(found));
  }
  await using served = new ServedModels(
    models,
    { most: keep, idleMs: (idle ?? Number.POSITIVE_INFINITY) * 60_000 },
    signal,
  );
  // What cannot be loaded is told here, and not to the first who asks.
  await served.use(models[0]!, async () => {});
  const server = await createServer(served, {
    key,
    mostWaiting: queue,
    mostBytes: maxBody * 2 ** 20,
    mostMs: timeout * 60_000,
    version: packageVersion(path.join(import.meta.dirname, "../../package.json")),
    measure: runArms,
    onFault: (error) =>
      printError({ message: error instanceof Error ? error.message : String(error), remedy: null }),
  });
  const bound = await listen(server, host, port).catch(async (error) => {
    await server.close();
    throw error;
  });
  const url = `http://${isIPv6(host) ? `[${host}]` : host}:${bound}`;
  const about = `serving ${served.names.join(", ")} at ${url}/v1`;
  if (json) printNote(about);
  else process.stdout.write(`${about}\n`);
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  printNote("lets what runs come to its end; Ctrl-C once more leaves at once");
  await Promise.race([server.close(), new Promise((resolve) => setTimeout(resolve, drainMs).unref())]);
  return { data: null, text: "" };
}

/** What the model's engine is told of sequences; a UsageError of one that takes none. */
function sequencesOf(wanted: Parameters<typeof chosenEngine>[0], { parallel }: ServeOptions) {
  const { engine } = chosenEngine(wanted);
  if ("sequences" in engine.options) return { sequences: parallel ?? usualParallel };
  if ((parallel ?? 1) <= 1) return {};
  throw new UsageError(
    `${engine.name} answers one request after the other`,
    "leave out --parallel, or take --backend engine",
  );
}

async function listen(
  server: Awaited<ReturnType<typeof createServer>>,
  host: string,
  port: number,
): Promise<number> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new UsageError(`port ${port} is taken`, "give another --port, or 0 for a free one");
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new UsageError(`this machine has no address ${host}`, "leave out --host, or try 0.0.0.0");
    if (code === "EACCES")
      throw new UsageError(`port ${port} is not for ordinary users`, "give a --port from 1024");
    throw new UsageError(`cannot listen at ${host}:${port}: ${message}`, "give another --host or --port");
  }
  return (server.server.address() as { readonly port: number }).port;
}

function servedModel({ name, options, load }: OpenableModel): ServedModel {
  const { contextSize, sequences = 1 } = options;
  return {
    name,
    sequences: sequences as number,
    contextSize: typeof contextSize === "number" ? contextSize : null,
    load,
  };
}
