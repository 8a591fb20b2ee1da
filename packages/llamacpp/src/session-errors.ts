import { EngineError, type ModelFile, QuantlabError } from "@quantlab/core";

/** The library's name as it stands in messages and results. */
export const sessionName = "node-llama-cpp";

const remedies: Record<string, string> = {
  NoBinaryFoundError:
    "run pnpm install; for CUDA or Vulkan run pnpm lab setup cuda or pnpm lab setup vulkan, or choose gpu: false",
  InsufficientMemoryError: "choose a smaller model or contextSize, or close other programs",
};

/** What to do about an error of the library, by its class. */
export function remedyFor(cause: unknown, otherwise: string): string {
  return (cause instanceof Error && remedies[cause.constructor.name]) || otherwise;
}

/** Why a model could not be loaded, in llama.cpp's last words where it said any. */
export function loadError(file: ModelFile, cause: unknown, complaint: string | null): EngineError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(
    sessionName,
    `cannot load ${file.path}: ${complaint ?? message}`,
    remedyFor(cause, "check the file with lab models info, or fetch or derive it again"),
    cause,
  );
}

/** An error of the library while it generates; the lab's own pass as they are. */
export function generationError(cause: unknown): QuantlabError {
  if (cause instanceof QuantlabError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(
    sessionName,
    `cannot generate: ${message}`,
    remedyFor(cause, "load the model again"),
    cause,
  );
}
