import type { LlamaLogLevel } from "node-llama-cpp";

/** What llama.cpp says while it loads. node-llama-cpp's own calls tell neither buffers nor flash attention. */
export class LoadLog {
  readonly #lines: string[] = [];
  #complaint: string | null = null;

  /** `message` may hold several lines. */
  add(level: `${LlamaLogLevel}`, message: string): void {
    this.#lines.push(...message.split("\n"));
    if (level === "error" || level === "fatal") this.#complaint ??= message.trim();
  }

  /** The first error that llama.cpp printed, or null; those after it only repeat that loading failed. */
  get complaint(): string | null {
    return this.#complaint;
  }

  /** Weight buffers in bytes by kind: "load_tensors:   CPU_REPACK model buffer size =     1.55 MiB". */
  weightBuffers(): Record<string, number> {
    const buffers: Record<string, number> = {};
    for (const line of this.#lines) {
      const found = /^load_tensors: +(\S+) model buffer size = +([\d.]+) MiB/.exec(line);
      if (found) buffers[found[1]!] = (buffers[found[1]!] ?? 0) + Math.round(Number(found[2]) * 2 ** 20);
    }
    return buffers;
  }

  /** How "auto" was decided; null when llama.cpp did not say. */
  flashAttention(): boolean | null {
    const line = this.#lines.findLast((text) => /Flash Attention (en|dis)abled/.test(text));
    return line === undefined ? null : line.includes("enabled");
  }
}
