import type { Backend, BackendId } from "./backend.ts";
import type { Json } from "./json.ts";
import type { ModelForm } from "./model.ts";
import type { OptionCheck } from "./options.ts";
import type { PythonEngine } from "./python-engine.ts";

/**
 * One inference engine, as the lab lists it: its package exports it, and `@quantlab/engines` holds the one list. Listing
 * is cheap: the library behind an engine is loaded by the `probe` or `load` of its backend.
 */
export interface Engine {
  /** In runs, results and plans: "llamacpp-engine". */
  readonly id: BackendId;
  /** What `--backend` takes: "engine". */
  readonly name: string;
  /** The library, as it stands in messages: "llama.cpp". */
  readonly title: string;
  /** What help says of it: "llama.cpp's C API". */
  readonly about: string;
  /** Reference of the model that is asked when none is named: "sprout:F16". */
  readonly model: string;
  readonly form: ModelForm;
  /** The options that its backend takes, each with what it may be. */
  readonly options: Readonly<Record<string, OptionCheck>>;
  /** Its sessions take `cachedTokens` of a request; absent where a prompt is always read, and timed, as a whole. */
  readonly cachesPrefix?: true;
  /** Its Python environment, if it has one. */
  readonly python?: PythonEngine;
  /** The engine with options bound. An unknown option is an UnknownOptionError, a value that does not fit a UsageError. */
  backend(options?: Readonly<Record<string, Json>>): Backend;
}
