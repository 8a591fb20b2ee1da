import {
  detectHost,
  type Engine,
  forgetTunedSettings,
  type Json,
  keepTunedSettings,
  monotonicMs,
  type TunedFor,
  UsageError,
} from "@quantlab/core";
import { nativeReady } from "@quantlab/llama-capi";
import { ProgressLine } from "@quantlab/terminal";
import { type ChosenEngine, chosenEngine } from "../backend-option.ts";
import { duration } from "../bench/consent.ts";
import { settingsText, tunedFor } from "../frame/tuned.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { judge } from "./judgement.ts";
import { type Bed, look, measurePair } from "./measurement.ts";
import type { TuneOptions } from "./options.ts";
import { pointName, pointsOf } from "./points.ts";
import { watching } from "./progress.ts";
import { samplingCost } from "./sampling-cost.ts";
import { type Coordinate, type Finding, nextStep, type Options } from "./search.ts";
import { spaceOf } from "./space.ts";
import { decisionTable } from "./table.ts";

/** The search begins with the engine's own settings. */
const start: Options = {};

/** Searches for the fastest settings of a model on an engine, and keeps them where they are better; or forgets them. */
export async function tuneCommand({ signal }: VerbContext, options: TuneOptions): Promise<Outcome> {
  const { engine, reference } = tunable(options);
  const wanted = tunedFor(engine, reference);
  if (options.reset) return await reset(wanted);
  const bed = bedOf(engine, reference, options);
  using progress = new ProgressLine();
  const space = await spaceHere(engine, bed, options, progress, signal);
  const { best, decisions } = await search(bed, space, progress, signal);
  const sampling = await samplingCost(bed, best ?? start, {
    signal,
    onEvent: watching(progress, "sampling"),
  });
  const file = best && (await keepTunedSettings({ ...wanted, options: best }));
  // What was kept before was found at another time, and has just not been found again.
  const forgotten = !file && (await forgetTunedSettings(wanted));
  const kept = file
    ? `kept in ${file}: ${settingsText(best!)}`
    : `the engine's own settings ${forgotten ? "hold again, and what was kept before is forgotten" : "stay"}: nothing else was surely faster and nowhere slower`;
  const found = {
    host: detectHost().id,
    points: bed.points,
    settings: best ?? start,
    file,
    sampling,
    decisions,
  };
  return {
    data: { ...wanted, ...found } as unknown as Json,
    text: [decisionTable(decisions), sampling?.text, kept].filter(Boolean).join("\n").concat("\n"),
  };
}

/** As every verb chooses; an engine without settings is a UsageError. */
function tunable(options: TuneOptions): ChosenEngine {
  const chosen = chosenEngine(options);
  if (Object.keys(chosen.engine.options).length > 0) return chosen;
  throw new UsageError(
    `${chosen.engine.title} has no settings that could be tuned from here`,
    "tune its model with the engine that holds it",
  );
}

async function reset(wanted: TunedFor): Promise<Outcome> {
  const { engine, model } = wanted;
  const there = await forgetTunedSettings(wanted);
  return {
    data: { ...wanted, forgotten: there },
    text: there
      ? `forgotten: ${model} on ${engine} has the engine's own settings again\n`
      : `nothing was tuned for ${model} on ${engine}\n`,
  };
}

function bedOf(engine: Engine, model: string, options: TuneOptions): Bed {
  return {
    model,
    engine: engine.id,
    sizesContext: "contextSize" in engine.options,
    points: pointsOf(engine, options),
    newTokens: options.nGen,
    rounds: options.rounds,
    repetitions: options.repetitions,
    silenceMs: options.timeout * 60_000,
  };
}

/** What can be tried, after a look at what the engine's own settings come to; says how long it may take. */
async function spaceHere(
  engine: Engine,
  bed: Bed,
  typed: TuneOptions,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<Coordinate[]> {
  const startMs = monotonicMs();
  const info = await look(bed, { options: start }, { signal, onEvent: watching(progress, "a first look") });
  const pairMs = 2 * bed.rounds * (monotonicMs() - startMs);
  const { points } = bed;
  const space = spaceOf({ engine, host: detectHost(), info, points, typed, native: nativeReady() });
  const count = space.reduce((sum, { candidates }) => sum + candidates(start).length, 0);
  const where = points.map(pointName).join(", ");
  // The confirmation and what sampling costs are pairs, too.
  progress.say(`${count} candidates at ${where}: up to ${duration(pairMs * (count + 2))}`);
  if ("library" in engine.options && !nativeReady())
    progress.say(
      'no library is compiled for this machine to be tried: "pnpm lab setup llamacpp-native" makes one',
    );
  return space;
}

/** Measures what the search asks for, until it ends. */
async function search(bed: Bed, space: readonly Coordinate[], progress: ProgressLine, signal: AbortSignal) {
  const findings: Finding[] = [];
  for (;;) {
    const step = nextStep(space, start, findings);
    if (step.measure === null) return step;
    const { anchor, candidate, setting, label } = step.measure;
    const name = `${setting} ${label}`;
    const watch = { signal, onEvent: watching(progress, name) };
    const outcome = await measurePair(bed, { options: anchor }, { options: candidate }, watch);
    findings.push({ pair: step.measure, outcome });
    progress.say(`${name}: ${judge(outcome).why}`);
  }
}
