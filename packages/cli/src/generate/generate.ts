import type { EngineInfo, GenerateRequest, GenerateTrace, ModelFile, TextSession } from "@quantlab/core";
import { promptText, QuantlabError, UsageError, writtenText } from "@quantlab/core";
import { generateUntilStopped } from "@quantlab/processes";
import type { BackendChoice } from "../backend-option.ts";

export interface GenerateJob extends BackendChoice {
  readonly model: ModelFile;
  readonly prompt: string;
  /** False: the prompt goes in as it is, without the model's chat template. */
  readonly chat: boolean;
  readonly newTokens: number;
  readonly sampling: GenerateRequest["sampling"];
  readonly stopAtEndOfText: boolean;
}

export interface GenerateResult {
  readonly text: string;
  readonly engine: EngineInfo;
  readonly trace: GenerateTrace;
}

/** Answers the prompt, and hands on the text as its tokens are chosen. */
export async function generate(
  session: TextSession,
  job: GenerateJob,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<GenerateResult> {
  const promptIds = await tokenizePrompt(session, job);
  const { newTokens, sampling, stopAtEndOfText } = job;
  const request = { promptIds, newTokens, sampling, stopAtEndOfText };
  const { trace } = await generateUntilStopped(session, request, { onText }, signal);
  // Nobody wants half an answer of a script.
  if (trace === null) throw signal.reason;
  const text = await writtenText(session, trace);
  return { text, engine: session.engine, trace };
}

async function tokenizePrompt(session: TextSession, job: GenerateJob): Promise<Int32Array> {
  const text = job.chat ? await formatQuestion(session, job.prompt) : job.prompt;
  const ids = await session.tokenize(text, promptText);
  const needed = ids.length + job.newTokens;
  const asked = job.backendOptions.contextSize;
  if (typeof asked !== "number" || needed <= asked) return ids;
  throw new UsageError(
    `${ids.length} prompt tokens and ${job.newTokens} new ones do not fit into a context of ${asked}`,
    `give -c ${needed} or more, or a smaller -n`,
  );
}

async function formatQuestion(session: TextSession, content: string): Promise<string> {
  try {
    return await session.formatChat([{ role: "user", content }]);
  } catch (cause) {
    if (!(cause instanceof QuantlabError) || cause.code !== "NO_CHAT_TEMPLATE") throw cause;
    const remedy = "give --raw to put the prompt in as it is, or choose an instruct model";
    throw new QuantlabError(cause.code, cause.message, { remedy, cause });
  }
}
