import { type FromProcess, parseMessage } from "./messages.ts";

const newline = 10;
/** More than any part of an answer holds. */
const mostBytes = 2 ** 31;

/** Takes a stream of bytes apart into messages. The bytes behind one get memory of their own. */
export class MessageReader {
  readonly #onMessage: (message: FromProcess, bytes?: Buffer) => void;
  #line: Buffer[] = [];
  #message: FromProcess | null = null;
  #body: Buffer = Buffer.alloc(0);
  #filled = 0;

  constructor(onMessage: (message: FromProcess, bytes?: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  /** Throws a TypeError on what is no message, with the line in its words. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length)
      at = this.#message ? this.#fill(chunk, at, this.#message) : this.#read(chunk, at);
  }

  #read(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(newline, at);
    this.#line.push(chunk.subarray(at, end < 0 ? chunk.length : end));
    if (end < 0) return chunk.length;
    const line = Buffer.concat(this.#line).toString();
    this.#line = [];
    const message = this.#parse(line);
    const bytes = "event" in message ? message.bytes : undefined;
    if (bytes === undefined) this.#onMessage(message);
    else {
      this.#message = message;
      this.#body = Buffer.from(new ArrayBuffer(bytes));
      this.#filled = 0;
    }
    return end + 1;
  }

  #parse(line: string): FromProcess {
    try {
      const message = parseMessage(line);
      const bytes = "event" in message ? message.bytes : undefined;
      if (bytes === undefined || (Number.isInteger(bytes) && bytes > 0 && bytes <= mostBytes)) return message;
      throw new RangeError(`${bytes} bytes behind it`);
    } catch (cause) {
      const problem = `${JSON.stringify(line.slice(0, 80))} (${(cause as Error).message})`;
      throw new TypeError(problem, { cause });
    }
  }

  #fill(chunk: Buffer, at: number, message: FromProcess): number {
    const taken = chunk.copy(this.#body, this.#filled, at);
    this.#filled += taken;
    if (this.#filled === this.#body.length) {
      this.#message = null;
      this.#onMessage(message, this.#body);
    }
    return at + taken;
  }
}
