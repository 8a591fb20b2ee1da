import type {
  EngineInfo,
  EngineUsage,
  GenerateRequest,
  GenerateTrace,
  TemplateMessage,
  TokenizeOptions,
  Tool,
} from "./backend.ts";
import type { Json } from "./json.ts";
import type { ModelFile } from "./model.ts";

/** What each method of a session in another process is asked with. A document holds one of them. */
export interface SessionParams {
  /** Makes ready to load: imports the engine. */
  readonly hello?: Readonly<Record<never, never>>;
  readonly load?: { readonly model: ModelFile; readonly options: Readonly<Record<string, Json>> };
  readonly tokenize?: { readonly text: string } & TokenizeOptions;
  readonly detokenize?: { readonly ids: readonly TokenId[] };
  readonly formatChat?: {
    readonly messages: readonly TemplateMessage[];
    readonly tools?: readonly Tool[];
  };
  /**
   * Where `stream` asks for it, tells how many tokens of the prompt were in the cache, as the event "prompt", and each token
   * as it is chosen, as "token"; "texts": with the text that it completes, and what is left at the end as "rest"; or only what
   * is written, as "text", by an engine that tells no ids.
   */
  readonly generate?: Pick<GenerateRequest, "sampling" | "stopAtEndOfText"> & {
    readonly promptIds: readonly TokenId[];
    /** @asType integer */
    readonly newTokens: number;
    readonly stream: boolean | "texts";
    /** A number for an engine that says `cachesPrefix`; 0 unless said. */
    readonly cachedTokens?: TokenCount | "held";
    /** For a session that says `schemas`. */
    readonly schema?: Json;
  };
  /** Tells parts as the event "rows": float32 logits, little-endian, behind their place and vocabulary. */
  readonly score?: {
    readonly ids: readonly TokenId[];
    /** @asType integer */
    readonly from: number;
    readonly prefixFirst: boolean;
  };
  /** Tells the vector as the event "vector": float32, little-endian. */
  readonly embed?: { readonly ids: readonly TokenId[] };
  readonly usage?: Readonly<Record<never, never>>;
}
export type SessionMethod = keyof SessionParams;

/** @asType integer */
type TokenId = number;

/**
 * @asType integer
 * @minimum 0
 */
type TokenCount = number;

/** What each method answers. A document holds one of them. */
export interface SessionResults {
  readonly hello?: {
    readonly protocol: number;
    /** Its clock when it answered: compared with ours, since times of both stand in one trace. */
    readonly nowMs: number;
  };
  readonly load?: Omit<EngineInfo, "pid" | "startup"> & {
    /** @asType integer */
    readonly sequences: number;
    /** Whether it answers `score`. */
    readonly logits: boolean;
    /** Whether answers can be held to a JSON Schema; no unless said. */
    readonly schemas?: boolean;
    /** Whether it spells what it streams; no unless said. */
    readonly texts?: boolean;
    /** Whether it answers `embed`; no unless said. */
    readonly embeddings?: boolean;
  };
  readonly tokenize?: { readonly ids: readonly TokenId[] };
  readonly detokenize?: { readonly text: string };
  readonly formatChat?: { readonly text: string };
  readonly generate?: GenerateTrace;
  readonly score?: Readonly<Record<never, never>>;
  readonly embed?: Readonly<Record<never, never>>;
  readonly usage?: EngineUsage;
}
