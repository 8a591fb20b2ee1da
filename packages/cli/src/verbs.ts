import type { VerbModule } from "./frame/verb.ts";

/** The verbs of `lab`, a line each. Declaring one is cheap: what it does is loaded where it is asked for. */
export const verbs: Readonly<Record<string, () => Promise<VerbModule>>> = {
  doctor: () => import("./doctor/verb.ts"),
  models: () => import("./models/verb.ts"),
  quantize: () => import("./quantize/verb.ts"),
  convert: () => import("./convert/verb.ts"),
  imatrix: () => import("./imatrix/verb.ts"),
  bench: () => import("./bench/verb.ts"),
  compare: () => import("./compare/verb.ts"),
  recommend: () => import("./recommend/verb.ts"),
  tune: () => import("./tune/verb.ts"),
  chat: () => import("./chat/verb.ts"),
  serve: () => import("./serve/verb.ts"),
  generate: () => import("./generate/verb.ts"),
  embed: () => import("./embed/verb.ts"),
  perplexity: () => import("./perplexity/verb.ts"),
  eval: () => import("./eval/verb.ts"),
  use: () => import("./use/verb.ts"),
  setup: () => import("./setup/verb.ts"),
};
