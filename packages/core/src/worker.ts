import type { ChatMessage, EngineInfo, EngineUsage, GenerateRequest, GenerateTrace } from "./backend.ts";
import type { Json } from "./json.ts";

/** JSON lines over stdio; library chatter goes to stderr. Logits travel as binary frames on a pipe of their own (fd 3). */
export type WorkerRequest = {
  readonly v: 1;
  readonly id: number;
  readonly method: WorkerMethod;
  /** What stands in `WorkerParams` for the method. */
  readonly params: Json;
};

export type WorkerReply =
  /** `result` is what stands in `WorkerResults` for the method. */
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

/** What each method is asked with. A document holds one of them. */
export interface WorkerParams {
  readonly hello?: { readonly schemasSha256: string };
  readonly load?: { readonly path: string; readonly options: Readonly<Record<string, Json>> };
  readonly tokenize?: { readonly text: string; readonly special: boolean };
  readonly detokenize?: { readonly ids: readonly TokenId[] };
  readonly formatChat?: { readonly messages: readonly ChatMessage[] };
  readonly generate?: Pick<GenerateRequest, "sampling" | "stopAtEndOfText"> & {
    readonly promptIds: readonly TokenId[];
    /** @asType integer */
    readonly newTokens: number;
    /** Tell each token as it is chosen. */
    readonly stream: boolean;
  };
  /** Answered once all frames are written. */
  readonly score?: {
    readonly ids: readonly TokenId[];
    /** @asType integer */
    readonly from: number;
  };
  readonly usage?: Readonly<Record<never, never>>;
  /** Anything else that an engine offers beside a session: a conversion, for example. */
  readonly call?: { readonly name: string; readonly params: Json };
  /** Stops the request `id`, which then answers with the error CANCELLED; has no answer of its own. */
  readonly cancel?: { readonly id: number };
  readonly unload?: Readonly<Record<never, never>>;
}
export type WorkerMethod = keyof WorkerParams;

/** @asType integer */
type TokenId = number;

/** What each method answers. A document holds one of them. */
export interface WorkerResults {
  readonly hello?: {
    readonly protocol: number;
    readonly engine: string;
    readonly version: string;
    readonly python: string;
    readonly schemasSha256: string;
    /** The worker's clock when it answered: compared with ours, since times of both stand in one trace. */
    readonly nowMs: number;
  };
  readonly load?: Omit<EngineInfo, "pid" | "startup"> & { readonly vocabularySize: number };
  readonly tokenize?: { readonly ids: readonly TokenId[] };
  readonly detokenize?: { readonly text: string };
  readonly formatChat?: { readonly text: string };
  readonly generate?: GenerateTrace;
  readonly score?: { readonly rows: number };
  readonly usage?: EngineUsage;
  readonly call?: Json;
  readonly unload?: Readonly<Record<never, never>>;
}
