import path from "node:path";
import { EngineError, type Forecast } from "@quantlab/core";
import { nodeScript, RemoteProcess } from "@quantlab/processes";
import { findLibrary } from "./library/installed-library.ts";
import type { SimulationRequest } from "./simulation/simulate.ts";

const script = path.join(import.meta.dirname, "simulation-process.ts");

/** A model of any size is laid out within a second; what takes this long is a file that is made to. */
const silenceMs = 60_000;

/**
 * Works out what models would take, in a process of its own: a header that breaks the library is only an error. One after
 * the other may be asked; a first one tells the process's own memory best.
 */
export class Simulator implements AsyncDisposable {
  readonly #process: RemoteProcess;

  constructor() {
    findLibrary("auto");
    this.#process = new RemoteProcess(
      nodeScript(script, {
        name: "llama.cpp",
        // A failed assertion inside llama.cpp would otherwise start a debugger.
        environment: { GGML_NO_BACKTRACE: "1" },
        limits: { silenceMs, cancelMs: 0 },
        onPrinted: () => true,
        failure: ({ what }) =>
          new EngineError(
            "llama.cpp",
            `the process that works out a model's memory ${what}`,
            "check the file with pnpm lab models info",
          ),
      }),
    );
  }

  /** Throws an EngineError with the library's reason for a model or settings that it does not take. */
  simulate(request: SimulationRequest, signal?: AbortSignal): Promise<Forecast> {
    return this.#process.request<Forecast>("simulate", request, { signal });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}

/** One model's, in a process for it alone. */
export async function simulateInOwnProcess(
  request: SimulationRequest,
  signal?: AbortSignal,
): Promise<Forecast> {
  await using simulator = new Simulator();
  return await simulator.simulate(request, signal);
}
