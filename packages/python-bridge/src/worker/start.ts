import { EngineError, monotonicMs } from "@quantlab/core";
import type { PythonEnvironment } from "../environment/environment.ts";
import type { Limits } from "./limits.ts";
import { protocolVersion, schemasSha256 } from "./protocol.ts";
import { Worker } from "./worker.ts";

export interface StartedWorker {
  readonly worker: Worker;
  /** To add to the worker's times, in milliseconds; 0 where both clocks are the same, as they are on Linux and macOS. */
  readonly clockOffsetMs: number;
  /** From the start to the first answer, with everything that the engine imports. */
  readonly startedInMs: number;
}

export interface StartOptions {
  readonly signal?: AbortSignal | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** Starts a worker in an environment that is made. Throws when it is not the lab's own protocol that answers. */
export async function startWorker(
  environment: PythonEnvironment,
  { signal, environment: variables, limits }: StartOptions,
): Promise<StartedWorker> {
  const { engine } = environment;
  const interpreter = await environment.interpreter();
  signal?.throwIfAborted();
  const startMs = monotonicMs();
  const worker = new Worker(interpreter, engine, variables, limits);
  try {
    const expected = schemasSha256();
    const hello = { schemasSha256: expected };
    const told = await worker.request("hello", hello, { signal, limitMs: worker.limits.startMs });
    if (told.protocol !== protocolVersion || told.schemasSha256 !== expected) {
      throw new EngineError(
        engine.name,
        `its worker speaks version ${told.protocol} of the protocol (${told.schemasSha256.slice(0, 8)}), the lab ${protocolVersion} (${expected.slice(0, 8)})`,
        "run git status, then pnpm install",
      );
    }
    const startedInMs = monotonicMs() - startMs;
    return { worker, startedInMs, clockOffsetMs: await clockOffset(worker, hello) };
  } catch (error) {
    await worker[Symbol.asyncDispose]();
    throw error;
  }
}

/** The clocks count as the same unless the worker's time lies outside of the moment in which it was asked. */
async function clockOffset(worker: Worker, hello: { readonly schemasSha256: string }): Promise<number> {
  const before = monotonicMs();
  const { nowMs } = await worker.request("hello", hello);
  const after = monotonicMs();
  return nowMs >= before && nowMs <= after ? 0 : (before + after) / 2 - nowMs;
}
