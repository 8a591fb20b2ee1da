import type { LlamaLogLevel } from "node-llama-cpp";

/** What llama.cpp says while it loads. node-llama-cpp's own calls tell neither buffers nor flash attention. */
export class LoadLog {
  readonly lines: string[] = [];
  #complaint: string | null = null;

  /** `message` may hold several lines. */
  add(level: `${LlamaLogLevel}`, message: string): void {
    this.lines.push(...message.split("\n"));
    if (level === "error" || level === "fatal") this.#complaint ??= message.trim();
  }

  /** The first error that llama.cpp printed, or null; those after it only repeat that loading failed. */
  get complaint(): string | null {
    return this.#complaint;
  }
}
