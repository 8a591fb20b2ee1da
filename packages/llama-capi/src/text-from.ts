/** Calls a function that fills a buffer and returns the length it wanted, or a negative number for nothing. */
export function textFrom(fill: (buffer: Buffer) => number): string | null {
  let buffer = Buffer.alloc(256);
  let length = fill(buffer);
  if (length >= buffer.length) {
    buffer = Buffer.alloc(length + 1);
    length = fill(buffer);
  }
  return length < 0 ? null : buffer.toString("utf8", 0, length);
}
