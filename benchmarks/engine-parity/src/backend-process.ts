import { decodeTps } from "@quantlab/benchmark-tools";
import type { Backend, GenerateTrace, Json, ModelFile } from "@quantlab/core";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import type { Shape, Speeds } from "./shape.ts";

/** What a process is started with, as JSON in its only argument; it prints `Speeds` as JSON. */
export interface BlockRequest {
  readonly backend: "engine" | "session";
  readonly options: Readonly<Record<string, Json>>;
  readonly model: ModelFile;
  readonly promptIds: readonly number[];
  readonly shape: Shape;
}

const request = JSON.parse(process.argv[2] ?? "") as BlockRequest;
const { model, shape } = request;
const signal = new AbortController().signal;
const made: Backend = request.backend === "engine" ? llamacppEngine() : llamacppSession();
await using session = await made.withOptions(request.options).load(model, signal);

const generate = () =>
  session.generate(
    {
      promptIds: Int32Array.from(request.promptIds),
      // The prompt pass gives the first token, so this many decode steps follow it.
      newTokens: shape.decodedTokens + 1,
      sampling: "greedy",
      stopAtEndOfText: false,
    },
    signal,
  );

await generate();
const traces: GenerateTrace[] = [];
for (let repetition = 0; repetition < shape.repetitions; repetition++) traces.push(await generate());
const speeds: Speeds = { prefillTps: traces.map(prefillTps), decodeTps: traces.map(decodeTps) };
process.stdout.write(`${JSON.stringify(speeds)}\n`);

function prefillTps(trace: GenerateTrace): number {
  if (trace.promptDoneAtMs === null) throw new Error("the backend does not tell when the prompt pass ends");
  return (1000 * trace.promptTokens) / (trace.promptDoneAtMs - trace.startedAtMs);
}
