import { EngineError } from "@quantlab/core";
import type { LibraryHandle } from "koffi";
import { type Binding, bind } from "./binding.ts";
import { findLibrary, type GpuChoice, type Library, type LibraryBuild } from "./installed-library.ts";
import { LogCapture, type LogLine } from "./log.ts";
import { native } from "./native.ts";

/** The loaded library: its functions, where it came from, and its log. */
export interface Llama {
  readonly library: Library;
  readonly call: Binding;
  readonly log: LogCapture;
  /** What ggml found, the CPU last: its description names the instruction set that was chosen for it. */
  readonly devices: readonly Device[];
  /** ggml's own library, for functions that only one place calls. */
  readonly base: LibraryHandle;
}

export interface Device {
  /** "CPU", "CUDA0", "MTL0": the prefix of its buffers' names. */
  readonly name: string;
  readonly description: string;
  readonly kind: "cpu" | "gpu" | "other";
  readonly pointer: bigint;
}

let loaded: Llama | null = null;

/** Which build this process has loaded; null before the first `loadLlama`. */
export const loadedBuild = (): LibraryBuild | null => loaded?.library.build ?? null;

/**
 * Loads llama.cpp into this process, once; later calls return the same library whatever `gpu` says, so a process that
 * must not see a GPU asks first. Throws an EngineError with the loader's own reason, and for another build than the one
 * that is loaded: their names are the same, and one would call into the other.
 */
export function loadLlama(gpu: GpuChoice = "auto", build: LibraryBuild = "shipped"): Llama {
  loaded ??= open(findLibrary(gpu, build));
  if (loaded.library.build === build) return loaded;
  throw new EngineError(
    "llama.cpp",
    `this process has loaded the ${loaded.library.build} library, and the ${build} one is asked for`,
    "use the other in a process of its own",
  );
}

function open(library: Library): Llama {
  // An abort inside ggml would otherwise start a debugger, which hangs where there is no terminal.
  process.env.GGML_NO_BACKTRACE = "1";
  try {
    const koffi = native();
    const base = koffi.load(library.libraries.base);
    const ggml = koffi.load(library.libraries.ggml);
    const llama = koffi.load(library.libraries.llama);
    const log = new LogCapture(llama);
    const loadBackends = ggml.func("void ggml_backend_load_all_from_path(const char *directory)");
    const { result: call, lines } = log.during(() => {
      const functions = bind({ base, ggml, llama });
      // Where they are compiled in they are registered already, and loading them again would double them.
      if (Number(functions.deviceCount()) === 0) loadBackends(library.directory);
      const withoutGpu = !devicesOf(functions, "").some(({ kind }) => kind === "gpu");
      if (withoutGpu) for (const folder of library.moreBackends) loadBackends(folder);
      functions.backendInit();
      return functions;
    });
    const devices = devicesOf(call, library.build === "native" ? nativeBuild : instructionSet(lines));
    return { library, call, log, devices, base };
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      "llama.cpp",
      `${library.libraries.llama} cannot be loaded: ${reason}`,
      "run pnpm install again; on Linux the system needs glibc 2.34 or newer and libstdc++",
      cause,
    );
  }
}

const nativeBuild = ", compiled for this machine";

const kinds = ["cpu", "gpu", "gpu"] as const;

function devicesOf(call: Binding, cpuBuild: string): Device[] {
  return Array.from({ length: Number(call.deviceCount()) }, (_, index) => {
    const device = call.deviceAt(index) as bigint;
    const kind = kinds[call.deviceType(device) as number] ?? "other";
    const description = `${call.deviceDescription(device)}`.trim();
    return {
      name: call.deviceName(device),
      kind,
      description: kind === "cpu" ? description + cpuBuild : description,
      pointer: device,
    };
  });
}

/** ", sapphirerapids build" from "load_backend: loaded CPU backend from .../libggml-cpu-sapphirerapids.so". */
function instructionSet(lines: readonly LogLine[]): string {
  for (const { text } of lines) {
    const build = /ggml-cpu-([\w.-]+)\.(so|dll|dylib)/.exec(text)?.[1];
    if (build) return `, ${build} build`;
  }
  return "";
}
