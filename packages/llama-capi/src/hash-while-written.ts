import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Seldom: the writer computes on every core, and each look takes from it. What is left at the end is hashed in no time. */
const lookEveryMs = 100;
const pieceBytes = 1 << 20;

/**
 * The sha256 of a file that another thread is writing from its front to its end, all but what stands at its front, which
 * comes last: that is known ahead, and held against what came. `using` gives up.
 */
export class HashWhileWritten implements Disposable {
  readonly #file: string;
  readonly #following: Promise<string | null>;
  readonly #ended = Promise.withResolvers<void>();
  #state: "written" | "being written" | "given up" = "being written";

  constructor(file: string, front: Uint8Array) {
    this.#file = file;
    // Whatever goes wrong here, the file can be hashed in the end.
    this.#following = this.#hash(front).catch(() => null);
  }

  /** When all is written. Null where the file is not what was known of it, and has to be read from its start. */
  digest(): Promise<string | null> {
    this.#end("written");
    return this.#following;
  }

  async #hash(front: Uint8Array): Promise<string | null> {
    const hash = createHash("sha256").update(front);
    await using file = await this.#opened();
    const piece = Buffer.allocUnsafe(pieceBytes);
    let position = front.length;
    while (this.#state !== "given up") {
      const whole = this.#state === "written";
      const { bytesRead } = await file.read(piece, 0, pieceBytes, position);
      hash.update(piece.subarray(0, bytesRead));
      position += bytesRead;
      if (bytesRead === 0 && whole) return (await startsWith(file, front)) ? hash.digest("hex") : null;
      if (bytesRead < pieceBytes && !whole) await this.#pause();
    }
    return null;
  }

  async #opened(): Promise<FileHandle> {
    for (;;) {
      try {
        return await open(this.#file);
      } catch (error) {
        if (this.#state !== "being written") throw error;
        await this.#pause();
      }
    }
  }

  /** Until the next look, or the end of the writing. */
  async #pause(): Promise<void> {
    const woken = new AbortController();
    const pause = sleep(lookEveryMs, undefined, { signal: woken.signal });
    await Promise.race([this.#ended.promise, pause]);
    woken.abort();
  }

  #end(state: "written" | "given up"): void {
    this.#state = state;
    this.#ended.resolve();
  }

  [Symbol.dispose](): void {
    this.#end("given up");
  }
}

async function startsWith(file: FileHandle, front: Uint8Array): Promise<boolean> {
  const found = Buffer.alloc(front.length);
  const { bytesRead } = await file.read(found, 0, found.length, 0);
  return bytesRead === front.length && found.equals(front);
}
