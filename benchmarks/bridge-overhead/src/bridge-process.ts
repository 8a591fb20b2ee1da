import { decodeTps } from "@quantlab/benchmark-tools";
import type { GenerateTrace, ModelFile } from "@quantlab/core";
import { type EngineName, engines } from "./engines.ts";
import type { Shape, Speeds } from "./shape.ts";

/** What a process is started with, as JSON in its only argument; it prints `Speeds` as JSON. */
export interface BlockRequest extends Shape {
  readonly engine: EngineName;
  readonly file: ModelFile;
  readonly threads: number;
  readonly promptIds: readonly number[];
}

const { engine, file, threads, promptIds, newTokens, repetitions } = JSON.parse(
  process.argv[2] ?? "",
) as BlockRequest;
const { signal } = new AbortController();
await using session = await engines[engine].backend(threads).load(file, signal);

const generate = () =>
  session.generate(
    { promptIds: Int32Array.from(promptIds), newTokens, sampling: "greedy", stopAtEndOfText: false },
    signal,
  );

await generate();
const traces: GenerateTrace[] = [];
for (let repetition = 0; repetition < repetitions; repetition++) traces.push(await generate());
const speeds: Speeds = {
  promptTps: traces.map(
    ({ promptTokens, startedAtMs, tokenAtMs }) => (1000 * promptTokens) / (tokenAtMs[0]! - startedAtMs),
  ),
  decodeTps: traces.map(decodeTps),
};
process.stdout.write(`${JSON.stringify(speeds)}\n`);
