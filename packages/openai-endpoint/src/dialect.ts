import type { Json } from "@quantlab/core";

/** What a server understands beyond OpenAI's API, whose fields leave open much that a measurement has to fix. */
export interface Dialect {
  /** As `/v1/models` says who owns its models. */
  readonly owner: string;
  /** What people call the server. */
  readonly title: string;
  /** Whether it answers llama-server's /tokenize, /detokenize and /apply-template, and takes token ids as a prompt. */
  readonly tokenizes: boolean;
  /** Whether it gives a prompt back, as `echo` asks, with the log probabilities of its tokens. */
  readonly echoes: boolean;
  /** Of a request whose prompt is to be read as a whole, whatever the server has read before. */
  readonly uncached: Readonly<Record<string, Json>>;
  /** Of one that goes on, to exactly its last token, behind the end of an answer. */
  readonly endless: Readonly<Record<string, Json>>;
  /** Of one whose tokens are drawn: what the server would do to the model's choice unless told. */
  readonly plain: Readonly<Record<string, Json>>;
}

/** A server of which no more is known than that it keeps to the API. */
const other: Dialect = {
  owner: "",
  title: "an OpenAI-compatible server",
  tokenizes: false,
  echoes: false,
  uncached: {},
  endless: {},
  plain: {},
};

/** Servers that do more than the API says; of every other one nothing more is asked. */
const dialects: readonly Dialect[] = [
  {
    ...{ owner: "quantlab", title: "lab serve", tokenizes: true, echoes: true },
    ...{ uncached: { cache_prompt: false }, endless: { ignore_eos: true }, plain: { top_k: 0 } },
  },
  {
    ...{ owner: "llamacpp", title: "llama-server", tokenizes: true, echoes: false },
    ...{ uncached: { cache_prompt: false }, endless: { ignore_eos: true } },
    plain: { top_k: 0, min_p: 0 },
  },
  { ...other, owner: "vllm", title: "vLLM", endless: { ignore_eos: true } },
  { ...other, owner: "sglang", title: "SGLang", endless: { ignore_eos: true } },
];

/** The dialect of a server by whom it names as the owner of its models. */
export function dialectOf(owner: string | undefined): Dialect {
  return dialects.find((dialect) => dialect.owner === owner) ?? other;
}
