import { readSync } from "node:fs";

const windowBytes = 1 << 20;
/** The largest vocabularies need about 20 MB; beyond this a header is hostile. */
const headerLimit = 256 << 20;
/** Longest string that is kept; chat templates are some 10 kB. */
const stringLimit = 16 << 20;

/** What is wrong with the bytes, without the file's name. */
export class BadBytes extends Error {}

/** The bytes that are here end before what was to be read; of a file whose beginning alone is here. */
export class CutOff extends BadBytes {}

/**
 * Reads little-endian values in order from an open file through a window of 1 MiB; never past `size`, which may be more than is
 * here.
 */
export class Cursor {
  readonly #descriptor: number;
  readonly size: number;
  readonly #window = Buffer.allocUnsafe(windowBytes);
  readonly #view = new DataView(this.#window.buffer, this.#window.byteOffset, windowBytes);
  #windowStart = 0;
  #windowEnd = 0;
  position = 0;

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.size = size;
  }

  /** Bytes left before the end of the file or the header limit, whichever is nearer. */
  get remaining(): number {
    return Math.min(this.size, headerLimit) - this.position;
  }

  /** The offset in the window of the next `count` bytes (at most 8), which are then passed. */
  #take(count: number): number {
    this.#check(count);
    if (this.position < this.#windowStart || this.position + count > this.#windowEnd) {
      this.#windowStart = this.position;
      this.#windowEnd = this.position + this.#fill(this.#window, this.position);
      if (this.#windowEnd < this.position + count) throw new CutOff("the file ended while being read");
    }
    const offset = this.position - this.#windowStart;
    this.position += count;
    return offset;
  }

  #check(count: number): void {
    if (count <= this.remaining) return;
    throw new BadBytes(
      this.position + count > this.size
        ? `is truncated: ${this.size} bytes end inside the header`
        : `has a header of more than ${headerLimit >> 20} MiB`,
    );
  }

  #fill(into: Buffer, from: number): number {
    let filled = 0;
    while (filled < into.length) {
      const count = readSync(this.#descriptor, into, filled, into.length - filled, from + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  u8(): number {
    return this.#window.readUInt8(this.#take(1));
  }
  i8(): number {
    return this.#window.readInt8(this.#take(1));
  }
  u16(): number {
    return this.#window.readUInt16LE(this.#take(2));
  }
  i16(): number {
    return this.#window.readInt16LE(this.#take(2));
  }
  u32(): number {
    return this.#window.readUInt32LE(this.#take(4));
  }
  i32(): number {
    return this.#window.readInt32LE(this.#take(4));
  }
  f32(): number {
    return this.#window.readFloatLE(this.#take(4));
  }
  f64(): number {
    return this.#window.readDoubleLE(this.#take(8));
  }
  u64(): bigint {
    return this.#window.readBigUInt64LE(this.#take(8));
  }
  i64(): bigint {
    return this.#window.readBigInt64LE(this.#take(8));
  }

  /** A 64-bit count of `what`, as a number no larger than `limit`. */
  count(what: string, limit: number): number {
    const value = this.u64();
    if (value > BigInt(limit)) throw new BadBytes(`claims ${value} ${what}; at most ${limit} can be`);
    return Number(value);
  }

  skip(count: number): void {
    this.#check(count);
    this.position += count;
  }

  skipString(): void {
    this.skip(this.count("bytes in a string", Math.max(0, this.remaining)));
  }

  /** Passes over strings without a bigint for each: a vocabulary has hundreds of thousands. */
  skipStrings(count: number): void {
    const end = Math.min(this.size, headerLimit);
    for (let i = 0; i < count; i++) {
      const offset = this.position - this.#windowStart;
      const isRead = offset >= 0 && this.position + 8 <= this.#windowEnd;
      const after = isRead
        ? this.position + 8 + this.#view.getUint32(offset, true)
        : Number.POSITIVE_INFINITY;
      if (after <= end && this.#view.getUint32(offset + 4, true) === 0) this.position = after;
      else this.skipString();
    }
  }

  string(limit = stringLimit): string {
    const length = this.count("bytes in a string", Math.min(limit, Math.max(0, this.remaining)));
    this.#check(length);
    const bytes = Buffer.allocUnsafe(length);
    if (this.#fill(bytes, this.position) < length) throw new CutOff("the file ended while being read");
    this.position += length;
    return bytes.toString("utf8");
  }
}
