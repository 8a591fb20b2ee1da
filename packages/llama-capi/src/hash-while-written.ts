import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const lookEveryMs = 5;
const pieceBytes = 1 << 20;

/**
 * The sha256 of a file that another thread is writing from its front to its end, all but what stands at its front, which
 * comes last: that is known ahead, and held against what came. `using` gives up.
 */
export class HashWhileWritten implements Disposable {
  readonly #file: string;
  readonly #following: Promise<string | null>;
  #state: "written" | "being written" | "given up" = "being written";

  constructor(file: string, front: Uint8Array) {
    this.#file = file;
    // Whatever goes wrong here, the file can be hashed in the end.
    this.#following = this.#hash(front).catch(() => null);
  }

  /** When all is written. Null where the file is not what was known of it, and has to be read from its start. */
  digest(): Promise<string | null> {
    this.#state = "written";
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
      if (bytesRead < pieceBytes && !whole) await sleep(lookEveryMs);
    }
    return null;
  }

  async #opened(): Promise<FileHandle> {
    for (;;) {
      try {
        return await open(this.#file);
      } catch (error) {
        if (this.#state !== "being written") throw error;
        await sleep(lookEveryMs);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#state = "given up";
  }
}

async function startsWith(file: FileHandle, front: Uint8Array): Promise<boolean> {
  const found = Buffer.alloc(front.length);
  const { bytesRead } = await file.read(found, 0, found.length, 0);
  return bytesRead === front.length && found.equals(front);
}
