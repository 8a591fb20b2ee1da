import type { ServerResponse } from "node:http";

/** A comment that keeps proxies and clients from giving up while a long prompt is read. */
const pingMs = 10_000;

/** Server-sent events on a response, as OpenAI's streams have them. */
export class EventStream implements Disposable {
  readonly #response: ServerResponse;
  readonly #ping: NodeJS.Timeout;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      connection: "keep-alive",
    });
    this.#ping = setInterval(() => response.write(": still here\n\n"), pingMs);
  }

  send(data: unknown): void {
    this.#response.write(`data: ${JSON.stringify(data)}\n\n`);
  }

  done(): void {
    this.#response.write("data: [DONE]\n\n");
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ping);
    this.#response.end();
  }
}
