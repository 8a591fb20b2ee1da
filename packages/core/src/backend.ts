import { EngineError } from "./errors.ts";
import type { Forecast } from "./forecast.ts";
import type { Json } from "./json.ts";
import type { ModelFile, ModelForm, ResolveOptions } from "./model.ts";

export type BackendId =
  | "llamacpp-engine"
  | "llamacpp-session"
  | "transformers-cpu"
  | "mlx"
  | "llama-cpp-python"
  | "openai-endpoint"
  | (string & {});

export type Availability =
  | { readonly available: true; readonly version: string }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/** One inference engine. It loads, generates and scores; no statistics, no retries, no files. */
export interface Backend {
  readonly specVersion: 1;
  readonly id: BackendId;
  readonly form: ModelForm;
  /** JSON-serialisable; part of a run's digest. */
  readonly options: Readonly<Record<string, Json>>;
  /** Set on the process before it starts, for settings that a library reads only then. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same backend with some options replaced, for `--threads` and the like. Unknown names throw an UnknownOptionError. */
  withOptions(options: Readonly<Record<string, Json>>): Backend;
  /** Can this host run it? Cheap, never throws; the reason is printed and recorded. */
  probe(): Promise<Availability>;
  /**
   * Makes what the backend needs on this host and `probe` does not: a Python environment, for example. Called after a
   * successful probe and before anything is measured; `load` then finds it made.
   */
  prepare?(options?: ResolveOptions): Promise<void>;
  load(model: ModelFile, signal: AbortSignal): Promise<Session>;
  /** Works out what `load` would take, without loading. Absent where the engine has no way to tell. */
  forecast?(model: Pick<ModelFile, "path">, signal?: AbortSignal): Promise<Forecast>;
  /**
   * Times a fixed piece of computing on the device that its models compute on, so that a run can tell whether that device
   * was as fast all along. Null where that is the CPU, which the lab times itself.
   */
  calibrate?(): Promise<DeviceCalibration | null>;
}

/** The same piece of computing takes a device the same time, as long as nothing slows it down. */
export interface DeviceCalibration {
  /** "Vulkan0 (NVIDIA H100)". */
  readonly device: string;
  readonly milliseconds: number;
}

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A call of a tool, as chat templates read it. */
export interface ToolCall {
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: Json };
}

/** What a model may call, as chat templates read it; `parameters` is a JSON Schema. */
export interface Tool {
  readonly type: "function";
  readonly function: { readonly name: string; readonly description?: string; readonly parameters?: Json };
}

/** A turn in which tools may be called, and one in which a tool answers. */
export type TemplateMessage =
  | ChatMessage
  | { readonly role: "assistant"; readonly content: string; readonly tool_calls: readonly ToolCall[] }
  | { readonly role: "tool"; readonly content: string; readonly name?: string };

/** How a text becomes tokens. Unless asked for, EOS is never put behind it, whatever the tokenizer would do by itself. */
export interface TokenizeOptions {
  /** Begin with the vocabulary's BOS where the model wants one. */
  readonly bos: boolean;
  /** Read "<|im_start|>" and its like as the token that is spelled so; otherwise every character is text. */
  readonly special: boolean;
  /** End with the vocabulary's EOS, or what separates texts, where the model wants one; not unless said, nor without `bos`. */
  readonly eos?: boolean;
}

/** A text of somebody's: what it spells out, it means as text. */
export const plainText: TokenizeOptions = { bos: true, special: false };

/** A text that is read as a whole, between the marks that the model was trained with. */
export const wholeText: TokenizeOptions = { bos: true, special: false, eos: true };

/** A prompt, of a chat template's or a task's: special tokens that it spells out are meant. */
export const promptText: TokenizeOptions = { bos: true, special: true };

/** A loaded model; `await using session = await backend.load(model, signal)` frees it. */
export interface Session extends AsyncDisposable {
  readonly engine: EngineInfo;
  /** How many generations it runs at once; whoever asks for more waits for the first of them. */
  readonly sequences: number;
  /** Spells tokens as it chooses them, for `onText` of a request; one whose traces are of text tells no ids beside. */
  readonly streamsText?: true;
  /** Answers can be held to a JSON Schema. */
  readonly keepsSchema?: true;
  /** Absent, with the next two, where the model's tokenizer is out of reach, as that of a remote endpoint. */
  tokenize?(text: string, options: TokenizeOptions): Promise<Int32Array>;
  detokenize?(ids: Int32Array): Promise<string>;
  /**
   * The conversation in the model's own chat template, ending where the assistant begins to speak; with the tools that may
   * be called, where the template has a place for them.
   */
  formatChat?(messages: readonly TemplateMessage[], tools?: readonly Tool[]): Promise<string>;
  generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateTrace>;
  /**
   * Absent when the engine cannot expose logits. Runs `ids` as one fresh sequence and yields float32 logits,
   * row-major [positions, vocabulary]; row i of a part predicts the token at `from` + i + 1. The rows depend on the
   * request alone, to the last bit: not on what the session computed before. A part may be a view that the next step
   * overwrites: copy what must outlive it.
   */
  score?(request: ScoreRequest, signal: AbortSignal): AsyncIterable<LogitRows>;
  /**
   * Absent when the engine shows logits, which say more, and when it shows neither: what it thought of each of `ids` behind
   * `from`, given all before it.
   */
  likelihoods?(request: ScoreRequest, signal: AbortSignal): Promise<readonly TokenLikelihood[]>;
  /**
   * Absent when the engine gives no vectors. The text as one vector of length 1, by the pooling that the model was trained
   * with; by the mean of its tokens' vectors where it does not say. Throws an EngineError for more tokens than it was
   * trained on.
   */
  embed?(ids: Int32Array, signal: AbortSignal): Promise<Float32Array>;
  /** What the engine's process has used so far. Absent when that process is this one. */
  usage?(): Promise<EngineUsage>;
  /** What it has taken of the devices that it computes on, from before its load until now. Null on the CPU alone. */
  deviceMemory?(): Promise<DeviceMemory | null>;
}

/** A session with its model's tokenizer and chat template. */
export type TextSession = Session & Required<Pick<Session, "tokenize" | "detokenize" | "formatChat">>;

/** The session, or an EngineError where it has no tokenizer. */
export function withTokenizer(session: Session): TextSession {
  if (session.tokenize && session.detokenize && session.formatChat) return session as TextSession;
  throw new EngineError(
    session.engine.name,
    "has no tokenizer",
    "take an engine that holds the model itself",
  );
}

/** What a generation wrote. */
export async function writtenText(
  session: Session,
  { text, tokenIds }: Pick<GenerateTrace, "text" | "tokenIds">,
): Promise<string> {
  return text ?? (await withTokenizer(session).detokenize(Int32Array.from(tokenIds)));
}

/** A backend that holds its models itself, tokenizer included. */
export interface LocalBackend extends Backend {
  withOptions(options: Readonly<Record<string, Json>>): LocalBackend;
  load(model: ModelFile, signal: AbortSignal): Promise<TextSession>;
}

/** CPU time in milliseconds since the process started; `allocatorPeakBytes` where the engine's allocator counts. */
export interface EngineUsage {
  readonly userMs: number;
  readonly systemMs: number;
  readonly allocatorPeakBytes: number | null;
}

/** Memory of devices, in bytes. */
export interface DeviceMemory {
  /** "driver": what anybody has taken there, as the driver tells. "buffers": what the engine says that it holds there. */
  readonly counted: "driver" | "buffers";
  /** Whether the process's own memory holds it, too, so that the two must not be added. */
  readonly inProcess: boolean;
  readonly beforeLoad: number;
  readonly afterLoad: number;
  readonly now: number;
  /** The most that was seen from before the load until now. */
  readonly peak: number;
  /** What the engine says that it holds there now, which is the least that it takes. */
  readonly buffers: number;
}

export interface TokenLikelihood {
  /** ln p, in nats. */
  readonly logProbability: number;
  /** Whether greedy decoding would have chosen it. */
  readonly likeliest: boolean;
}

export interface ScoreRequest {
  readonly ids: Int32Array;
  /** First position whose row is yielded. */
  readonly from: number;
  /**
   * Runs the tokens before `from` on their own and those from it on behind them, so that what may follow a prompt is
   * computed alike, whatever else may follow it. An engine that still holds just that prefix, run just so, need not run
   * it again: four choices of one prompt then cost one prompt. Without it all tokens may go in together.
   */
  readonly prefixFirst?: boolean;
}

/** Rows of `vocabulary` logits each, the first one at position `from` of the scored sequence. */
export interface LogitRows {
  readonly from: number;
  readonly vocabulary: number;
  readonly logits: Float32Array;
}

/** What really ran, not what was compiled in. */
export interface EngineInfo {
  /** The process that holds the engine; memory is sampled over it and its children. Absent where it is out of reach. */
  readonly pid?: number;
  readonly name: string;
  readonly version: string;
  readonly devices: readonly string[];
  /** Absent where the engine does not tell. */
  readonly threads?: number;
  /** 0 where the engine does not tell. */
  readonly contextSize: number;
  /** Tokens of the longest sequences that the model was trained on, where its file tells. */
  readonly trainedContext?: number;
  /** Token ids are below it; absent where the engine does not tell. */
  readonly vocabularySize?: number;
  readonly kvCacheTypes: readonly [key: string, value: string] | null;
  /** Bytes of keys and values that the context has room for; absent, as the next, where the engine does not tell. */
  readonly kvCacheBytes?: number;
  /** Whether keys, and values, are rotated before they are quantized, which spreads the outliers of a head over all of it. */
  readonly kvCacheRotated?: readonly [key: boolean, value: boolean];
  readonly flashAttention: boolean | null;
  /** Weight buffers in bytes by kind ("CPU", "CPU_REPACK", "Metal"): repacking changes load time and memory. */
  readonly buffers: Readonly<Record<string, number>>;
  /** Parts of the load of an engine that has a process of its own: its start with all imports, then the model. */
  readonly startup?: { readonly runtimeMs: number; readonly modelMs: number };
}

export interface GenerateRequest {
  readonly promptIds: Int32Array;
  /** The same as text, special tokens spelled out, for a session that has no tokenizer; absent where any tokens do. */
  readonly promptText?: string;
  readonly newTokens: number;
  readonly sampling:
    | "greedy"
    | {
        readonly temperature: number;
        readonly topP?: number;
        readonly topK?: number;
        readonly seed: number;
      };
  /** Off when timing: exactly `newTokens` come out. */
  readonly stopAtEndOfText: boolean;
  /**
   * So many of `promptIds`, from the first on, are in the cache before the clock starts: the trace is of the rest, at that
   * depth. 0 unless said; another number is only for an engine that says `cachesPrefix`. "held": those that the engine
   * still holds from before, if it holds any.
   */
  readonly cachedTokens?: number | "held";
  /**
   * A JSON Schema that the answer fits, unless it is cut. Only for a session that says `keepsSchema`; a UsageError names a
   * keyword that it cannot keep.
   */
  readonly schema?: Json;
  /** Called once the prompt has been read, with how many of its tokens were in the cache; not by every engine. */
  readonly onPrompt?: (cachedTokens: number) => void;
  /** Called with each token as it is chosen, for streaming; leave out when timing. */
  readonly onToken?: (id: number) => void;
  /** Called behind `onToken` with the text that the token completes. Only for a session that says `streamsText`. */
  readonly onText?: (text: string) => void;
}

/** Milliseconds on the machine's monotonic clock (`monotonicMs`), comparable between processes. */
export interface GenerateTrace {
  readonly startedAtMs: number;
  /** End of the prompt pass, before the first token is chosen; null when the engine does not tell. */
  readonly promptDoneAtMs: number | null;
  /** That the timed pass read: without those in the cache. */
  readonly promptTokens: number;
  readonly tokenAtMs: readonly number[];
  /** None where `text` is there. */
  readonly tokenIds: readonly number[];
  /** What was written, of an engine that tells no ids. */
  readonly text?: string;
  /** The one at which it ended by itself, which is not among them. */
  readonly endTokenId?: number;
  /** The engine's own figures, for the second column. */
  readonly engineCounters: Readonly<Record<string, number>>;
}
