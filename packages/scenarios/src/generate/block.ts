import {
  type BlockContext,
  type DeviceCalibration,
  EngineError,
  type EngineUsage,
  type GenerateRequest,
  type GenerateTrace,
  type ModelFile,
  type ModelSubject,
  monotonicMs,
  type ReadySubject,
  type Session,
  writtenText,
} from "@quantlab/core";
import { engineById } from "@quantlab/engines";
import { busyNeighbours } from "../subject/busy-neighbours.ts";
import { openEngine } from "../subject/session.ts";
import { cutNote, cutToBudget } from "./budget-cut.ts";
import { promptDifference } from "./prompt-agreement.ts";
import type { DeviceKernel, Sample } from "./sample.ts";
import { defaults, type Settled, type Workload } from "./workload.ts";

/** Of smaller models every block is short on any engine; finding out would take part of their warm-up. */
const fewestBytesCut = 32 * 2 ** 20;
const surelyShort = ({ ref, bytes }: ModelFile) => ref.form !== "endpoint" && bytes < fewestBytesCut;

/** Loads, warms up, generates, and holds the engine's own tokenizer against the ids that it was given. */
export async function generateBlock(
  ready: ReadySubject,
  workload: Workload & Settled,
  block: BlockContext,
): Promise<Sample> {
  const {
    promptIds,
    forecast,
    promptText,
    cachedTokens = 0,
    newTokens,
    sampling = "greedy",
    neighbours = 0,
    warmups,
    generations,
  } = {
    ...defaults,
    ...workload,
  };
  if (cachedTokens > 0) requirePrefixCache(ready, cachedTokens);
  const engine = await openEngine(ready);
  const kernelBefore = await engine.calibrate();
  using _busy = busyNeighbours(neighbours);
  await block.phase("beforeLoad");
  const loadStart = monotonicMs();
  await using session = await engine.load(block.signal);
  const loadMs = monotonicMs() - loadStart;
  block.spent(loadMs);
  block.ran(session.engine);
  await block.phase("afterLoad");

  const prompt: Timed = {
    promptIds: Int32Array.from(promptIds),
    ...(promptText !== undefined && { promptText }),
    cachedTokens,
    sampling,
  };
  const generate = async (count: number, tokens: number) => {
    const traces: GenerateTrace[] = [];
    for (let index = 0; index < count; index++) {
      const trace = await generateOnce(session, prompt, tokens, block.signal);
      block.spent((trace.tokenAtMs.at(-1) ?? trace.startedAtMs) - trace.startedAtMs);
      block.alive();
      traces.push(trace);
    }
    return traces;
  };
  const plan = { newTokens, warmups, generations };
  // A device's programs are compiled when they are first run, for seconds: in no time that counts, nor in what is foretold by it.
  const compiled = (await session.deviceMemory?.()) ? await generate(1, Math.min(2, newTokens)) : [];
  const first = surelyShort(ready.model!) ? [] : await generate(1, Math.min(2, newTokens));
  const cut = first[0] ? cutToBudget(plan, first[0], block.budgetMs - loadMs) : null;
  const shape = cut ?? plan;
  const warmed = [...compiled, ...first, ...(await generate(shape.warmups, shape.newTokens))];
  const before = await engineUsage(session);
  const startMs = monotonicMs();
  const timed = await generate(shape.generations, shape.newTokens);
  const wallMs = monotonicMs() - startMs;
  const after = await engineUsage(session);
  // The context may have grown since.
  block.ran(session.engine);
  const deviceMemory = (await session.deviceMemory?.()) ?? null;
  await block.phase("afterGenerate");

  const device = deviceMemory && {
    memory: deviceMemory,
    calibration: aroundBlock(kernelBefore, await engine.calibrate()),
  };
  if (device && !device.calibration) block.note("nothing tells whether the device was as fast all along");
  if (cut) block.note(cutNote(cut));
  const difference = promptText === undefined ? null : await promptDifference(session, promptText, promptIds);
  if (difference !== null) block.note(difference);
  for (const note of servedNotes(timed)) block.note(note);
  return {
    loadMs,
    ...(cut && {
      cutTo: { generations: cut.generations, newTokens: cut.newTokens, plannedTokens: newTokens },
    }),
    warmups: warmed,
    generations: timed,
    cpu:
      before && after
        ? { userMs: after.userMs - before.userMs, systemMs: after.systemMs - before.systemMs, wallMs }
        : null,
    allocatorPeakBytes: after?.allocatorPeakBytes ?? null,
    outputText: await writtenText(session, timed.at(-1)!),
    ...(device && { device }),
    ...(forecast && { forecast }),
  };
}

/** What must be known of what a server's stream tells. */
function servedNotes(traces: readonly GenerateTrace[]): string[] {
  const served = traces.filter(({ text }) => text !== undefined);
  if (served.length === 0) return [];
  const lacks = (counter: string) =>
    served.some(({ engineCounters }) => engineCounters[counter] === undefined);
  const tokens = served[0]!.tokenAtMs.length;
  const fewest = Math.min(...served.map(({ engineCounters }) => engineCounters.pieces!));
  const cached = Math.max(...served.map(({ engineCounters }) => engineCounters.cachedTokens ?? 0));
  return [
    lacks("countedTokens") && "it does not count tokens: each piece of its answers stands for one",
    fewest < tokens && `its ${tokens} tokens came in ${fewest} pieces, and a piece has one time`,
    cached > 0 && `it held ${cached} tokens of the prompt from before, and read the others alone`,
    lacks("cachedTokens") &&
      "it does not say what it held of the prompt from before: that makes a prompt look quick",
  ].filter((note) => note !== false);
}

function aroundBlock(before: DeviceCalibration | null, after: DeviceCalibration | null): DeviceKernel | null {
  if (!before || !after) return null;
  return { device: before.device, milliseconds: [before.milliseconds, after.milliseconds] };
}

/** What the engine's process has used; null where that is another process and does not tell. */
async function engineUsage(session: Session): Promise<EngineUsage | null> {
  if (session.usage) return session.usage();
  if (session.engine.pid !== process.pid) return null;
  const { user, system } = process.cpuUsage();
  return { userMs: user / 1000, systemMs: system / 1000, allocatorPeakBytes: null };
}

/** An engine without one would read all of the prompt within the time that is measured. */
function requirePrefixCache({ subject }: ReadySubject, tokens: number): void {
  const engine = engineById((subject as ModelSubject).engine);
  if (engine.cachesPrefix) return;
  throw new EngineError(
    engine.title,
    `cannot time a prompt behind ${tokens} tokens of context`,
    "measure prompts at no depth, or take llama.cpp",
  );
}

type Timed = Omit<GenerateRequest, "newTokens" | "stopAtEndOfText">;

/** One generation of exactly the asked length; another length is an EngineError. */
async function generateOnce(
  session: Session,
  timed: Timed,
  newTokens: number,
  signal: AbortSignal,
): Promise<GenerateTrace> {
  const request = { ...timed, newTokens, stopAtEndOfText: false };
  const trace = await session.generate(request, signal);
  const times = trace.tokenAtMs.length;
  const tokens = trace.text === undefined ? trace.tokenIds.length : times;
  if (times === newTokens && tokens === newTokens) return trace;
  throw new EngineError(
    session.engine.name,
    `gave ${tokens} tokens and ${times} times, ${newTokens} were asked`,
  );
}
