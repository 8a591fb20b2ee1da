import { type Backend, type Engine, type Json, monotonicMs, type OptionCheck } from "@quantlab/core";
import { engines as llamacppEngines } from "@quantlab/llamacpp";
import { slowedSession } from "./slowed-session.ts";

/** In plans, runs and results. */
export const slowedEngineId = "llamacpp-slowed";

const inner = llamacppEngines.find(({ id }) => id === "llamacpp-engine")!;

const share: OptionCheck = [
  (value) => typeof value === "number" && value >= 0 && value <= 1,
  "a share between 0 and 1",
];

/**
 * llama.cpp that really takes longer, and more memory, by a share of what it takes: 0.05 is 5%. It is an engine of this
 * benchmark alone, listed where `QUANTLAB_ENGINES` names this file, so that no user meets an option to slow an engine.
 */
const slowedEngine: Engine = {
  ...inner,
  id: slowedEngineId,
  name: "slowed",
  about: "llama.cpp's C API, slowed on purpose",
  options: { ...inner.options, slowdown: share },
  backend: (options = {}) => slowed(options),
};

export const engines: readonly Engine[] = [slowedEngine];

function slowed({ slowdown = 0, ...options }: Readonly<Record<string, Json>>): Backend {
  const backend = inner.backend(options);
  return {
    ...backend,
    id: slowedEngineId,
    options: { ...backend.options, slowdown },
    withOptions: (changes) => slowed({ ...options, slowdown, ...changes }),
    async load(model, signal) {
      const startMs = monotonicMs();
      const session = await backend.load(model, signal);
      return slowedSession(session, slowdown as number, monotonicMs() - startMs);
    },
  };
}
