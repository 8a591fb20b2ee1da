import { availableParallelism } from "node:os";
import { detectHost, UnknownNameError } from "@quantlab/core";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { withMachineLock } from "@quantlab/runner";
import { runProgram, wholeNumber } from "@quantlab/terminal";
import { Command } from "commander";
import type { ArmSetting } from "./arms.ts";
import { type EngineName, engines } from "./engines.ts";
import { keepResult } from "./keep-result.ts";
import { measure } from "./measure.ts";
import { rowsOf } from "./ratios.ts";
import { tableOf } from "./readme-table.ts";
import type { OverheadResult } from "./result.ts";
import type { Shape } from "./shape.ts";

const engineNames = Object.keys(engines) as EngineName[];
const engineList = (text: string) =>
  text.split(",").map((name) => {
    const known = engineNames.find((engine) => engine === name);
    if (!known) throw new UnknownNameError("engine", name, engineNames);
    return known;
  });

const fewestKeptRounds = 6;

const program = new Command("bridge-overhead")
  .description("Python engines through the lab's bridge and without it, in one interleaved run")
  .option("--rounds <count>", "blocks an arm", wholeNumber("--rounds", 1), 8)
  .option("--engines <list>", "as in transformers,mlx", engineList, engineNames)
  .option("--model <id>", "a model that every engine can load in float32", "sprout")
  .option(
    "--threads <count>",
    "where the engine lets one choose",
    wholeNumber("--threads", 1),
    availableParallelism(),
  )
  .option("--seed <number>", "of the order within the rounds", wholeNumber("--seed", 1), 1)
  .option("--quick", "a first look: 2 rounds of a short shape");

interface Options {
  readonly rounds: number;
  readonly engines: readonly EngineName[];
  readonly model: string;
  readonly threads: number;
  readonly seed: number;
  readonly quick?: true;
}

const say = (line: string) => console.error(line);

async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { model, threads, seed } = options;
  const rounds = options.quick ? 2 : options.rounds;
  const shape: Shape = options.quick
    ? { promptTokens: 32, newTokens: 64, repetitions: 1 }
    : { promptTokens: 128, newTokens: 256, repetitions: 3 };
  const settings = new Map<EngineName, ArmSetting>();
  const under: Partial<Record<EngineName, { version: string; modelSha256: string }>> = {};
  for (const name of options.engines) {
    const { python, title } = engines[name];
    const environment = pythonEnvironment(python);
    if (!(await environment.ready())) say(`making the Python environment of ${title}, once`);
    await environment.ensure({ signal });
    const file = await engines[name].model(model).resolve({ signal });
    settings.set(name, { file, shape, threads, signal });
    under[name] = { version: await environment.version(), modelSha256: file.sha256 };
  }
  await withMachineLock("bridge-overhead", signal, async () => {
    const startedAt = new Date().toISOString();
    const samples = await measure(settings, { rounds, seed, onProgress: say });
    console.log(`\n${model}\n${tableOf(rowsOf(samples))}\n`);
    if (options.quick || rounds < fewestKeptRounds || options.engines.length < engineNames.length)
      return say("a shortened or changed run: shown, not kept");
    const result: OverheadResult = {
      schemaVersion: 1,
      host: detectHost(),
      startedAt,
      finishedAt: new Date().toISOString(),
      model,
      engines: under,
      shape,
      threads,
      rounds,
      seed,
      samples,
    };
    await keepResult(result);
  });
}

await runProgram((signal) => run(program.parse().opts<Options>(), signal));
