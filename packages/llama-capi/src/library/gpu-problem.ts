import { readdirSync } from "node:fs";
import path from "node:path";
import type { Llama } from "./llama.ts";
import { native } from "./native.ts";

/** A GPU library that is there and finds nothing to compute on. */
export interface GpuProblem {
  readonly kind: "cuda" | "vulkan";
  /** What the system's loader says where the library cannot be loaded at all; null where it loads and finds no device. */
  readonly reason: string | null;
}

/** Why the GPU library in use found no device; null where it found one, or where none is in use. */
export function gpuProblem({ library, devices }: Llama): GpuProblem | null {
  if (devices.some(({ kind }) => kind === "gpu")) return null;
  for (const kind of ["cuda", "vulkan"] as const) {
    const name = new RegExp(`^(lib)?ggml-${kind}\\b.*\\.(so|dll)$`);
    const file = readdirSync(library.directory).find((each) => name.test(each));
    if (file) return { kind, reason: loaderReason(path.join(library.directory, file)) };
  }
  return null;
}

/** ggml keeps to itself why it left a backend out. */
function loaderReason(file: string): string | null {
  try {
    native().load(file);
    return null;
  } catch (cause) {
    const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    return reason.replace(/^Failed to load shared library: /, "");
  }
}
