/** An engine that is written in Python: what its environment is made of, and the module that serves it. */
export interface PythonEngine {
  /** Names the environment, on disk and in `pnpm lab setup <name>`: "transformers". */
  readonly name: string;
  /** "Hugging Face Transformers". */
  readonly title: string;
  /** Absolute folder with `requirements.in`, `requirements.lock` and the engine's module. */
  readonly folder: string;
  /** The module that has `create_engine()`; "" for an environment without a worker. */
  readonly module: string;
  /** Modules that an interpreter of the user's must have. */
  readonly needs: readonly string[];
  /** Distributions that make up the version: the first is the engine, the others stand in brackets. */
  readonly distributions: readonly string[];
  /** What the environment takes on disk; said before it is made. */
  readonly sizeBytes: { readonly linux: number; readonly darwin: number };
  /** What making it needs beside Python and the network: "a C++ compiler". */
  readonly toolchain?: string;
  /** Set while the environment is made: compiler flags, for example. Part of its identity. */
  readonly installEnvironment?: Readonly<Record<string, string>>;
}
