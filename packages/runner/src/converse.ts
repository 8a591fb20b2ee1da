import { QuantlabError } from "@quantlab/core";
import type { BlockSpec, FromBlock, MarkName, Outcome, ToBlock } from "./messages.ts";
import { ProcessGroup } from "./process-group.ts";

/** After its outcome a process only frees its model. */
const farewellMs = 20_000;

/** What went wrong in a block's process, in the words that the run keeps. */
class BlockFailure extends QuantlabError {
  constructor(message: string, remedy: string | null = null) {
    super("BLOCK_FAILED", message, { remedy });
  }
}

export interface Conversation {
  readonly spec: BlockSpec;
  readonly environment: Readonly<Record<string, string>>;
  /** A process that is silent for so long is ended. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onStart?: (pid: number) => void;
  /** Called while the process waits at the end of a phase. */
  readonly onMark?: (mark: MarkName, cpuMs: number) => void;
}

/**
 * Starts a block process, gives it the spec and returns its outcome once it has exited. Throws a BlockFailure when it
 * reports an error, dies, or falls silent, and the signal's reason when aborted. Nothing is left running.
 */
export async function converse(options: Conversation): Promise<Outcome> {
  options.signal.throwIfAborted();
  const group = new ProcessGroup(options.environment);
  const send = (message: ToBlock) => group.child.send(message, () => {});
  options.onStart?.(group.pid);
  let outcome: Outcome | undefined;
  let failure: BlockFailure | undefined;
  let timer: NodeJS.Timeout | undefined;
  const waitFor = (milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      failure ??= new BlockFailure(
        `no progress for ${formatMinutes(milliseconds)}; its process was ended`,
        "allow more with --timeout <minutes>",
      );
      void group.end();
    }, milliseconds);
  };
  const onAbort = () => void group.end();
  options.signal.addEventListener("abort", onAbort);
  group.child.on("message", (message: FromBlock) => {
    waitFor(options.timeoutMs);
    if (message.type === "mark") options.onMark?.(message.mark, message.cpuMs);
    if (message.type === "error") failure = new BlockFailure(message.message, message.remedy);
    if (message.type === "outcome") outcome = message.outcome;
    if (outcome || failure) waitFor(farewellMs);
    if (["mark", "outcome", "error"].includes(message.type)) send({ type: "go" });
  });
  waitFor(options.timeoutMs);
  send({ type: "spec", spec: options.spec });
  try {
    await group.ended();
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", onAbort);
  }
  options.signal.throwIfAborted();
  if (outcome) return outcome;
  throw failure ?? new BlockFailure(group.describeEnd());
}

function formatMinutes(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return minutes >= 1 ? `${+minutes.toFixed(1)} min` : `${+(milliseconds / 1000).toFixed(1)} s`;
}
