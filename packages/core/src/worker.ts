import type { Json } from "./json.ts";

/** JSON lines over stdio; library chatter goes to stderr. Logits travel as binary frames on a pipe of their own (fd 3). */
export type WorkerRequest = {
  readonly v: 1;
  readonly id: number;
  readonly method: "hello" | "load" | "tokenize" | "detokenize" | "generate" | "score" | "unload";
  readonly params: Json;
};

export type WorkerReply =
  | { readonly v: 1; readonly id: number; readonly result: Json }
  | {
      readonly v: 1;
      readonly id: number;
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly remedy: string | null;
      };
    }
  | {
      readonly v: 1;
      readonly event: "progress" | "token";
      readonly id: number;
      readonly data: Json;
    };
