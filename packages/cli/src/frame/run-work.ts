import { EngineError, type ProcessEnd, startOwnProcess } from "@quantlab/core";

export interface Work<Job> {
  /** The file that calls `serveOwnProcess`, absolute. */
  readonly entry: string;
  /** Goes there as JSON. */
  readonly job: Job;
  /** The engine's name, for when its process dies. */
  readonly engine: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Works in an engine's process of its own, from its start to its end. */
export async function runWork<Job, Note, Result>(
  { entry, job, engine, environment }: Work<Job>,
  onNote: (note: Note) => void,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  using started = startOwnProcess(entry, environment);
  return await started.run<Job, Note, Result>(job, { signal, onNote, died: engineDied(engine) });
}

export const engineDied =
  (engine: string) =>
  ({ exitCode, signal, lastWords }: ProcessEnd): EngineError =>
    new EngineError(
      engine,
      `its process ended with ${signal ?? `exit code ${exitCode}`}${lastWords ? `: ${lastWords}` : ""}`,
      "check the file with pnpm lab models info, and the free memory with pnpm lab doctor",
    );
