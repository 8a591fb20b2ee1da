import { type GenerateRequest, type GenerateTrace, monotonicMs, type Session } from "@quantlab/core";
import { Debt, sleepUntil } from "./sleeping.ts";

/** What was put in, as it stands among the engine's counters of each generation: milliseconds, and bytes. */
export interface PutIn {
  readonly sleptLoadMs: number;
  readonly sleptPromptMs: number;
  readonly sleptDecodeMs: number;
  readonly ballastBytes: number;
}

/**
 * A session that holds `slowdown` of its process's memory once more, and in whose every step the process sleeps for
 * `slowdown` of the time that the step took. `loadMs` is what loading took.
 */
export function slowedSession(session: Session, slowdown: number, loadMs: number): Session {
  const startMs = monotonicMs();
  const ballast = Buffer.alloc(Math.round(slowdown * process.memoryUsage.rss()), 1);
  sleepUntil(startMs + slowdown * loadMs);
  const sleptLoadMs = slowdown === 0 ? 0 : monotonicMs() - startMs;
  let promptMs = Number.POSITIVE_INFINITY;
  return {
    get engine() {
      return session.engine;
    },
    sequences: session.sequences,
    ...(session.tokenize && { tokenize: session.tokenize.bind(session) }),
    ...(session.detokenize && { detokenize: session.detokenize.bind(session) }),
    ...(session.formatChat && { formatChat: session.formatChat.bind(session) }),
    ...(session.deviceMemory && { deviceMemory: session.deviceMemory.bind(session) }),
    async generate(request, signal) {
      const { trace, sleptPromptMs, sleptDecodeMs } = await slowedGeneration(
        session,
        { slowdown, promptMs: Number.isFinite(promptMs) ? promptMs : 0 },
        request,
        signal,
      );
      const ownMs = (trace.promptDoneAtMs ?? trace.startedAtMs) - trace.startedAtMs - sleptPromptMs;
      promptMs = Math.min(promptMs, ownMs);
      const putIn: PutIn = { sleptLoadMs, sleptPromptMs, sleptDecodeMs, ballastBytes: ballast.length };
      return { ...trace, engineCounters: { ...trace.engineCounters, ...putIn } };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/**
 * `promptMs`: what the prompt took before, at its quickest, for its sleep comes before it: nobody hears of its end. The first
 * generation of a process, which is a warm-up, sleeps for none.
 */
async function slowedGeneration(
  session: Session,
  { slowdown, promptMs }: { readonly slowdown: number; readonly promptMs: number },
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<{ trace: GenerateTrace; sleptPromptMs: number; sleptDecodeMs: number }> {
  const startedAtMs = monotonicMs();
  sleepUntil(startedAtMs + slowdown * promptMs);
  const sleptPromptMs = monotonicMs() - startedAtMs;
  const debt = new Debt();
  // A step's sleep comes when its token is there: the last step's would be timed no more, so that the others bear it.
  const steps = request.newTokens - 1;
  const share = (slowdown * steps) / Math.max(1, steps - 1);
  let [step, sinceMs] = [0, 0];
  const onToken = () => {
    if (step > 0 && step < steps) debt.sleep(share * (monotonicMs() - sinceMs));
    step++;
    sinceMs = monotonicMs();
  };
  const trace = await session.generate({ ...request, onToken }, signal);
  return { trace: { ...trace, startedAtMs }, sleptPromptMs, sleptDecodeMs: debt.sleptMs };
}
