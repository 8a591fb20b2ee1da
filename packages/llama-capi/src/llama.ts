import { EngineError } from "@quantlab/core";
import koffi from "koffi";
import { type Binding, bind } from "./binding.ts";
import { findLibrary, type GpuChoice, type Library } from "./library.ts";
import { LogCapture } from "./log.ts";

/** The loaded library: its functions, where it came from, and its log. */
export interface Llama {
  readonly library: Library;
  readonly call: Binding;
  readonly log: LogCapture;
}

let loaded: Llama | null = null;

/**
 * Loads llama.cpp into this process, once; later calls return the same library whatever `gpu` says, so a process that
 * must not see a GPU asks first. Throws an EngineError with the loader's own reason.
 */
export function loadLlama(gpu: GpuChoice = "auto"): Llama {
  loaded ??= open(findLibrary(gpu));
  return loaded;
}

function open(library: Library): Llama {
  // An abort inside ggml would otherwise start a debugger, which hangs where there is no terminal.
  process.env.GGML_NO_BACKTRACE = "1";
  try {
    const base = koffi.load(library.libraries.base);
    const ggml = koffi.load(library.libraries.ggml);
    const llama = koffi.load(library.libraries.llama);
    const log = new LogCapture(llama);
    const loadBackends = ggml.func("void ggml_backend_load_all_from_path(const char *directory)");
    const { result: call } = log.during(() => {
      loadBackends(library.directory);
      const functions = bind({ base, ggml, llama });
      if (functions.deviceCount() < 2n) for (const folder of library.moreBackends) loadBackends(folder);
      functions.backendInit();
      return functions;
    });
    return { library, call, log };
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      "llama.cpp",
      `${library.libraries.llama} cannot be loaded: ${reason}`,
      "run pnpm install again; on Linux the system needs glibc 2.35 or newer and libstdc++",
      cause,
    );
  }
}
