import type { LogitRows } from "@quantlab/core";

/** Bytes of the four numbers behind their own length: request, first position, rows, vocabulary. */
const numbersBytes = 16;
const headerBytes = 4 + numbersBytes;

export interface Frame extends LogitRows {
  readonly request: number;
}

/** Takes a stream of bytes apart into frames of float32 logits. Each frame gets memory of its own. */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void;
  readonly #header = Buffer.alloc(headerBytes);
  #headerFilled = 0;
  #body: Buffer | null = null;
  #bodyFilled = 0;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  /** Throws a RangeError on bytes that are no frame. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (!this.#body) {
        const taken = chunk.copy(this.#header, this.#headerFilled, at, at + headerBytes - this.#headerFilled);
        this.#headerFilled += taken;
        at += taken;
        if (this.#headerFilled < headerBytes) return;
        this.#begin();
      }
      const body = this.#body as Buffer | null;
      if (!body) continue;
      const taken = chunk.copy(body, this.#bodyFilled, at, at + body.length - this.#bodyFilled);
      this.#bodyFilled += taken;
      at += taken;
      if (this.#bodyFilled === body.length) this.#finish(body);
    }
  }

  #begin(): void {
    const header = this.#header;
    const [rows, vocabulary] = [header.readUInt32LE(12), header.readUInt32LE(16)];
    const bytes = rows * vocabulary * 4;
    if (header.readUInt32LE(0) !== numbersBytes || bytes === 0 || bytes > 2 ** 31) {
      throw new RangeError(
        `a frame of ${rows} × ${vocabulary} logits behind a header of ${header.readUInt32LE(0)} bytes`,
      );
    }
    this.#body = Buffer.from(new ArrayBuffer(bytes));
    this.#bodyFilled = 0;
  }

  #finish(body: Buffer): void {
    const [request, from, vocabulary] = [4, 8, 16].map((offset) => this.#header.readUInt32LE(offset));
    this.#body = null;
    this.#headerFilled = 0;
    this.#onFrame({
      request: request!,
      from: from!,
      vocabulary: vocabulary!,
      logits: new Float32Array(body.buffer, body.byteOffset, body.length / 4),
    });
  }
}
