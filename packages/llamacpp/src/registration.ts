import type { Engine } from "@quantlab/core";
import { llamacppEngine } from "./engine.ts";
import { engineChecks } from "./engine-options.ts";
import { llamacppSession } from "./session.ts";
import { sessionChecks } from "./session-options.ts";

const common = { title: "llama.cpp", model: "sprout:F16", form: "gguf", cachesPrefix: true } as const;

export const engines: readonly Engine[] = [
  {
    ...common,
    id: "llamacpp-engine",
    name: "engine",
    about: "llama.cpp's C API",
    options: engineChecks,
    backend: (options = {}) => llamacppEngine().withOptions(options),
  },
  {
    ...common,
    id: "llamacpp-session",
    name: "session",
    about: "node-llama-cpp",
    options: sessionChecks,
    backend: (options = {}) => llamacppSession().withOptions(options),
  },
];
