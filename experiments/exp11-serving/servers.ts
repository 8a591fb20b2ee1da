import path from "node:path";
import { shippedPeers } from "@quantlab/benchmark-tools";
import { type Json, type PrepareContext, type ProgramArm, repositoryRoot } from "@quantlab/core";
import { llamaCppPythonEngine } from "@quantlab/llama-cpp-python";
import { mlxEngine } from "@quantlab/mlx-bridge";
import { type PythonEngine, pythonEnvironment } from "@quantlab/python-bridge";

/** How many it has to answer at once, and how long each conversation may become. */
export interface Size {
  readonly sequences: number;
  /** Places of each sequence. */
  readonly contextSize: number;
}

/** A server as somebody would start it for such a load. */
export interface Server extends Pick<ProgramArm, "program" | "model" | "environment"> {
  readonly words: (size: Size) => string;
  /** What requests call the model, where the server does not list it. */
  readonly name?: string;
  /** Of each request, where it knows a way to be kept from ending an answer early. */
  readonly fields?: Readonly<Record<string, Json>>;
}

const gguf = "sprout:Q4_K_M";
const whole = { fields: { ignore_eos: true } };

export const servers = {
  lab: {
    program: "{node}",
    model: gguf,
    words: ({ sequences, contextSize }) =>
      `{lab} serve -m {model} --port {port} --parallel ${sequences} -c ${contextSize}`,
    ...whole,
  },
  "llama-server": {
    program: "{llama-server}",
    model: gguf,
    // Each sequence gets its part of the context.
    words: ({ sequences, contextSize }) =>
      `-m {model} --port {port} -ngl 0 -np ${sequences} -c ${sequences * contextSize}`,
    environment: { LD_LIBRARY_PATH: "{libraries}", DYLD_LIBRARY_PATH: "{libraries}" },
    ...whole,
  },
  "llama-cpp-python": {
    program: "{llama-cpp-python}",
    model: gguf,
    words: ({ contextSize }) => `-m llama_cpp.server --model {model} --port {port} --n_ctx ${contextSize}`,
  },
  "mlx-lm": {
    program: "{mlx}",
    model: "sprout:mlx-4bit-g64-bfloat16",
    words: () => "-m mlx_lm.server --model {model} --port {port}",
    name: "{model}",
  },
} satisfies Readonly<Record<string, Server>>;

/** Where the programs are. What cannot be had here is said, and its arms are skipped. */
export async function programs({ signal, say }: PrepareContext): Promise<Record<string, string>> {
  const libraries = await shippedPeers({ targets: ["llama-server"], signal, onProgress: say }).catch(
    (error: Error) => {
      signal.throwIfAborted();
      say(`llama-server is left out: ${error.message}`);
      return "";
    },
  );
  return {
    node: process.execPath,
    lab: path.join(repositoryRoot, "packages/cli/bin/lab.js"),
    libraries,
    "llama-server": path.join(libraries, "llama-server"),
    "llama-cpp-python": await interpreter(llamaCppPythonEngine, say),
    mlx: await interpreter(mlxEngine, say),
  };
}

/** The interpreter of an environment that is made; else the name of what makes it. */
async function interpreter(engine: PythonEngine, say: PrepareContext["say"]): Promise<string> {
  const environment = pythonEnvironment(engine);
  if (await environment.ready()) return await environment.interpreter();
  say(`${engine.title} is left out: run "pnpm lab setup ${engine.name}" once`);
  return `${engine.name} of "pnpm lab setup"`;
}
