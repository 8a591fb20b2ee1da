// Every verb that takes a model, for each engine: how it is asked, and the figure that it must not tell wrongly.
import path from "node:path";
import { type Json, repositoryRoot } from "../../packages/core/src/index.ts";
import type { Form } from "./doubtful-models.ts";

export interface DoubtingVerb {
  readonly name: string;
  readonly form: Form;
  /** Whether it reads the model's chat template. */
  readonly chats: boolean;
  /** It parses the chat template with the model, even where it needs none. */
  readonly parsesTemplate?: true;
  /** It tells what a model says of itself, and computes nothing: a doubt need not show. */
  readonly describes?: true;
  /** The words behind "lab"; what is written goes to `output`. */
  words(model: string, output: string): readonly string[];
  /** Of its document; null where the figure is of what was written. */
  figure(data: Record<string, Json>): unknown;
}

const text = path.join(repositoryRoot, "models/sprout/text");
const tasks = path.join(repositoryRoot, "models/sprout/tasks");

function generate(backend: string, form: Form, ...more: readonly string[]): DoubtingVerb {
  return {
    name: `generate --backend ${backend}`,
    form,
    chats: true,
    words: (model) => [
      "generate",
      "--backend",
      backend,
      "-m",
      model,
      "-p",
      "What is heat?",
      "-n",
      "8",
      ...more,
    ],
    figure: ({ tokenIds }) => tokenIds,
  };
}

function perplexity(form: Form, name: string, ...more: readonly string[]): DoubtingVerb {
  return {
    name,
    form,
    chats: false,
    words: (model) => [
      "perplexity",
      "-m",
      model,
      "-f",
      path.join(text, "test.txt"),
      "-c",
      "64",
      "--chunks",
      "2",
      ...more,
    ],
    figure: ({ metrics }) => (metrics as { perplexity: number }).perplexity.toFixed(3),
  };
}

/** `task` is one of choices unless said; "taught" is answered in chat. */
function evaluate(backend: string, form: Form, task: "addition" | "taught" = "addition"): DoubtingVerb {
  const file = path.join(tasks, `${task}.jsonl`);
  return {
    name: `eval --backend ${backend}`,
    form,
    chats: task === "taught",
    words: (model) => ["eval", "--backend", backend, "-m", model, "--tasks", file, "--limit", "2"],
    figure: (data) => {
      const { answers } = (data.tasks as Record<string, { answers: { correct: boolean }[] }>)[task]!;
      return answers.map(({ correct }) => correct);
    },
  };
}

const information = (form: Form): DoubtingVerb => ({
  name: `models info of ${form === "folder" ? "a folder" : form.toUpperCase()}`,
  form,
  chats: false,
  describes: true,
  words: (model) => ["models", "info", model],
  figure: () => null,
});

const makes = { chats: false, figure: () => null } as const;

export const quickVerbs: readonly DoubtingVerb[] = [
  generate("engine", "gguf", "-t", "1"),
  generate("session", "gguf", "-t", "1"),
  perplexity("gguf", "perplexity of GGUF", "-t", "1"),
  evaluate("engine", "gguf"),
  evaluate("session", "gguf", "taught"),
  information("gguf"),
  information("folder"),
  {
    name: "bench",
    form: "gguf",
    chats: false,
    words: (model) => {
      const shape = ["-p", "8", "-n", "4", "-t", "1", "--blocks", "1", "-r", "1"];
      return ["bench", "-m", model, ...shape];
    },
    figure: ({ tests }) =>
      (tests as Record<string, Json>[]).map((test) => [test.n_prompt, test.n_gen, test.model_n_params]),
  },
  {
    ...makes,
    name: "quantize",
    form: "gguf",
    words: (model, output) => ["quantize", model, "--to", "Q8_0", "-o", `${output}.gguf`],
  },
  {
    ...makes,
    name: "imatrix",
    form: "gguf",
    words: (model, output) => [
      ...["imatrix", "-m", model, "-f", path.join(text, "calibration.txt"), "-c", "64", "--chunks", "2"],
      ...["-o", `${output}.imatrix`],
    ],
  },
];

/** Python takes seconds to start. */
export const pythonVerbs: readonly DoubtingVerb[] = [
  generate("transformers", "folder"),
  generate("mlx", "mlx"),
  perplexity("mlx", "perplexity of a folder in MLX form"),
  perplexity("folder", "perplexity of a folder"),
  evaluate("transformers", "folder"),
  evaluate("mlx", "mlx"),
  information("mlx"),
  {
    ...makes,
    name: "convert to GGUF",
    form: "folder",
    words: (model, output) => ["convert", model, "--to", "F16", "-o", `${output}.gguf`],
  },
  {
    ...makes,
    name: "convert to MLX",
    form: "folder",
    words: (model, output) => ["convert", model, "--to", "mlx", "--bits", "8", "-o", output],
  },
];

/** Compiled where it runs. */
export const peersVerbs: readonly DoubtingVerb[] = [
  generate("llama-cpp-python", "gguf"),
  { ...evaluate("llama-cpp-python", "gguf"), parsesTemplate: true },
];
