import { monotonicMs, type Session, UsageError } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { requireAvailable } from "../frame/availability.ts";
import type { GenerateJob, GenerateResult } from "./messages.ts";
import { TextStream } from "./text-stream.ts";

/** Loads the model, answers the prompt, and hands on the text as its tokens are chosen. */
export async function generate(job: GenerateJob, onText: (text: string) => void): Promise<GenerateResult> {
  const backend = engineByName(job.backend).backend(job.backendOptions);
  await requireAvailable(backend);
  const never = new AbortController().signal;
  const loadStartedAtMs = monotonicMs();
  await using session = await backend.load(job.model, never);
  const loadMs = monotonicMs() - loadStartedAtMs;
  const promptIds = await tokenizePrompt(session, job);

  const stream = new TextStream((ids) => session.detokenize(ids));
  let written: Promise<void> = Promise.resolve();
  const write = (piece: () => Promise<string>) => {
    written = written.then(async () => {
      const text = await piece();
      if (text) onText(text);
    });
  };
  const { newTokens, sampling, stopAtEndOfText } = job;
  const onToken = (id: number) => write(() => stream.push(id));
  const trace = await session.generate({ promptIds, newTokens, sampling, stopAtEndOfText, onToken }, never);
  write(() => stream.flush());
  await written;
  const text = await session.detokenize(Int32Array.from(trace.tokenIds));
  return { text, loadMs, engine: session.engine, trace };
}

async function tokenizePrompt(session: Session, job: GenerateJob): Promise<Int32Array> {
  const text = job.chat ? await session.formatChat([{ role: "user", content: job.prompt }]) : job.prompt;
  const ids = await session.tokenize(text, { special: true });
  const needed = ids.length + job.newTokens;
  const asked = job.backendOptions.contextSize;
  if (typeof asked !== "number" || needed <= asked) return ids;
  throw new UsageError(
    `${ids.length} prompt tokens and ${job.newTokens} new ones do not fit into a context of ${asked}`,
    `give -c ${needed} or more, or a smaller -n`,
  );
}
