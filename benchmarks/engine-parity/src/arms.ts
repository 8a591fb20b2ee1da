import path from "node:path";
import { capture, type PeerKind, type Peers, promptIds } from "@quantlab/benchmark-tools";
import type { ModelFile } from "@quantlab/core";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import { execa } from "execa";
import type { BlockRequest } from "./backend-process.ts";
import { runLlamaBench } from "./llama-bench.ts";
import { backendOptions, type Shape, type Speeds } from "./shape.ts";

/** The reference first; ratios are against it. */
export const armNames = [
  "llama-bench",
  "llama-bench-native",
  "engine",
  "session",
  "session-default-pool",
  "session-real-time",
] as const;
export type ArmName = (typeof armNames)[number];

export const armLabels: Readonly<Record<ArmName, string>> = {
  "llama-bench": "llama-bench, same flags",
  "llama-bench-native": "llama-bench, compiled for this machine",
  engine: "engine",
  session: "session, UV_THREADPOOL_SIZE=1",
  "session-default-pool": "session, libuv's default of 4",
  "session-real-time": "session, UV_THREADPOOL_SIZE=1, real-time scheduling",
};

/** Round robin: a thread that wakes gets a free core at once instead of waiting behind its own process. */
const realTime = ["chrt", "--rr", "1"] as const;

export interface ArmSetting {
  readonly model: ModelFile;
  readonly shape: Shape;
  readonly peers: Readonly<Record<PeerKind, Peers>>;
  readonly signal: AbortSignal;
}

/** Whether an arm has something to tell at this number of threads: one thread has no other to meet on a core. */
export function isTelling(arm: ArmName, threads: number): boolean {
  return threads > 1 || (arm !== "session-default-pool" && arm !== "session-real-time");
}

/** The arms that this machine can run: real-time scheduling wants Linux and the right to ask for it. */
export async function runnableArms(): Promise<ArmName[]> {
  const { failed } = await execa(realTime[0], [...realTime.slice(1), "true"], { reject: false });
  return armNames.filter((arm) => arm !== "session-real-time" || !failed);
}

/** Runs one block of an arm in processes of its own. */
export function runArm(arm: ArmName, threads: number, setting: ArmSetting): Promise<Speeds> {
  const { model, shape, peers, signal } = setting;
  switch (arm) {
    case "llama-bench":
      return runLlamaBench(peers["same-flags"].binary(arm), model.path, threads, shape, signal);
    case "llama-bench-native":
      return runLlamaBench(peers.native.binary("llama-bench"), model.path, threads, shape, signal);
    case "engine":
      return runBackend("engine", llamacppEngine().environment, threads, setting);
    case "session":
      return runBackend("session", llamacppSession().environment, threads, setting);
    case "session-default-pool":
      return runBackend("session", {}, threads, setting);
    case "session-real-time":
      return runBackend("session", llamacppSession().environment, threads, setting, realTime);
  }
}

async function runBackend(
  backend: BlockRequest["backend"],
  environment: Readonly<Record<string, string>>,
  threads: number,
  { model, shape, signal }: ArmSetting,
  launcher: readonly string[] = [],
): Promise<Speeds> {
  const options = backendOptions(shape, threads);
  const request: BlockRequest = { backend, options, model, promptIds: promptIds(shape), shape };
  const program = path.join(import.meta.dirname, "backend-process.ts");
  const own = { ...environment, UV_THREADPOOL_SIZE: undefined };
  const command = [...launcher, process.execPath, program, JSON.stringify(request)];
  const stdout = await capture(backend, command[0]!, command.slice(1), signal, own);
  return JSON.parse(stdout) as Speeds;
}
