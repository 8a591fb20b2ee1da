import { buildPeers, runProgram, wholeNumber } from "@quantlab/benchmark-tools";
import { detectHost, formatModelRef, type ModelFile } from "@quantlab/core";
import { llamaVersion } from "@quantlab/llama-capi";
import { resolveModel } from "@quantlab/model-store";
import { withMachineLock } from "@quantlab/runner";
import { Command } from "commander";
import { runnableArms } from "./arms.ts";
import { keepResult } from "./keep-result.ts";
import { measure } from "./measure.ts";
import { rowsOf } from "./ratios.ts";
import { tableOf } from "./readme-table.ts";
import type { Shape } from "./shape.ts";

const wholeNumbers = (text: string) => text.split(",").map(wholeNumber);

const fewestKeptRounds = 6;
const defaults = {
  // A real size, and one so small that whatever stands around the engine shows.
  models: ["synthetic/qwen2.5-0.5b:Q4_K_M", "sprout:Q4_K_M"],
  rounds: 6,
  threads: [1, 2],
  seed: 1,
};

const program = new Command("engine-parity")
  .description("The engine and the session against llama-bench of the same release, in one interleaved run")
  .option("--rounds <count>", "blocks an arm and number of threads", wholeNumber, defaults.rounds)
  .option("--threads <list>", "numbers of threads, as in 1,2", wholeNumbers, defaults.threads)
  .option("--model <references...>", "what all arms load, one after another", defaults.models)
  .option("--seed <number>", "of the order within the rounds", wholeNumber, defaults.seed)
  .option("--quick", "a first look: 2 rounds of a short shape");

interface Options {
  readonly rounds: number;
  readonly threads: readonly number[];
  readonly model: readonly string[];
  readonly seed: number;
  readonly quick?: true;
}

const say = (line: string) => console.error(line);

async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { threads } = options;
  const rounds = options.quick ? 2 : options.rounds;
  const shape: Shape = options.quick
    ? { promptTokens: 32, decodedTokens: 16, repetitions: 1 }
    : { promptTokens: 128, decodedTokens: 64, repetitions: 3 };
  const targets = ["llama-bench"];
  const same = await buildPeers({ targets, kind: "same-flags", signal });
  const native = await buildPeers({ targets, kind: "native", signal });
  const peers = { "same-flags": same, native };
  const models = await Promise.all(options.model.map((each) => resolveModel(each, { signal })));
  await withMachineLock("engine-parity", signal, async () => {
    const arms = await runnableArms();
    for (const model of models) await runModel(model);

    async function runModel(model: ModelFile) {
      const reference = formatModelRef(model.ref);
      const startedAt = new Date().toISOString();
      const samples = await measure(
        { model, shape, peers, signal },
        { arms, rounds, threads, seed: options.seed, onProgress: (line) => say(`${reference}  ${line}`) },
      );
      console.log(`\n${reference}\n${tableOf(rowsOf(samples))}\n`);
      if (!isFullProtocol(options, reference)) return say("a shortened or changed run: shown, not kept");
      await keepResult({
        schemaVersion: 1,
        host: detectHost(),
        startedAt,
        finishedAt: new Date().toISOString(),
        llamaCpp: llamaVersion,
        model: { reference, sha256: model.sha256, bytes: model.bytes },
        shape,
        threads,
        rounds,
        seed: options.seed,
        samples,
      });
    }
  });
}

function isFullProtocol({ quick, rounds, threads }: Options, model: string): boolean {
  return (
    !quick &&
    rounds >= fewestKeptRounds &&
    defaults.models.includes(model) &&
    String(threads) === String(defaults.threads)
  );
}

await runProgram((signal) => run(program.parse().opts<Options>(), signal));
