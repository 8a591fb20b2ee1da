import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EngineError } from "@quantlab/core";
import { afterEach, describe, expect, it } from "vitest";
import { streamCompletion } from "../src/index.ts";

const { signal: never } = new AbortController();
const request = { model: "m", prompt: "Once", max_tokens: 8 };

let server: Server;
afterEach(() => void server.close());

/** A server that answers as `answer` writes; returns where, and what it was asked. */
async function endpoint(answer: (response: ServerResponse) => void) {
  const asked: { url?: string; key?: string; body: string }[] = [];
  server = createServer((incoming, response) => {
    let body = "";
    incoming.on("data", (part) => {
      body += part;
    });
    incoming.on("end", () => {
      const { url, headers } = incoming;
      asked.push({ body, ...(url && { url }), ...(headers.authorization && { key: headers.authorization }) });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { asked, at: (key: string | null = null) => ({ url: `http://127.0.0.1:${port}/v1`, key }) };
}

const recorded = {
  // As llama-server v0.5.0 writes it.
  "llama-server": [
    'data: {"choices":[{"text":" upon","index":0,"logprobs":null,"finish_reason":null}],"created":1,"model":"m","object":"text_completion","id":"c"}',
    'data: {"choices":[{"text":" a","index":0,"logprobs":null,"finish_reason":null}],"created":1,"model":"m","object":"text_completion","id":"c"}',
    'data: {"choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"length"}],"created":1,"model":"m","object":"text_completion","id":"c"}',
    'data: {"choices":[],"usage":{"completion_tokens":2,"prompt_tokens":1,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0}}}',
  ],
  // Without usage, and with what keeps the line open.
  "a server that counts nothing": [
    ": still here",
    'data: {"choices":[{"text":" upon a","index":0,"finish_reason":null}]}',
    'data: {"choices":[{"text":"","index":0,"finish_reason":"length"}]}',
  ],
};

describe("a streamed completion", () => {
  it.each(Object.entries(recorded))("is read from %s", async (_server, lines) => {
    const { at, asked } = await endpoint((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const text = `${[...lines, "data: [DONE]"].join("\n\n")}\n\n`;
      // Cut where no event ends.
      response.write(text.slice(0, 37));
      setTimeout(() => response.end(text.slice(37)), 20);
    });
    const heard: string[] = [];
    const found = await streamCompletion(at("secret"), request, never, ({ text }) => heard.push(text));
    expect(found.pieces.map(({ text }) => text).join("")).toBe(" upon a");
    expect(heard).toEqual(found.pieces.map(({ text }) => text));
    expect(found.finish).toBe("length");
    const counted = { promptTokens: 1, completionTokens: 2, cachedTokens: 0 };
    expect(found.usage).toEqual(lines.length === 4 ? counted : null);
    for (const { atMs } of found.pieces) expect(atMs).toBeGreaterThanOrEqual(found.sentAtMs);
    expect(asked[0]).toMatchObject({ url: "/v1/completions", key: "Bearer secret" });
    expect(JSON.parse(asked[0]!.body)).toMatchObject({ ...request, stream: true });
  });

  it.each([
    [
      "a refusal in OpenAI's form",
      400,
      '{"error":{"message":"too long: 5 of 4"}}',
      /answers 400: too long: 5 of 4$/,
    ],
    ["a refusal in no form", 503, "Loading model", /answers 503: Loading model$/],
    [
      "a stream that ends in the middle",
      200,
      'data: {"choices":[{"text":"a"}]}\n\n',
      /broke off behind 1 pieces of an answer$/,
    ],
    ["what is no event", 200, "data: {oops\n\n", /wrote what is no event: \{oops$/],
    [
      "an error in the stream",
      200,
      'data: {"error":{"message":"the engine died"}}\n\n',
      /failed: the engine died$/,
    ],
  ])("tells of %s", async (_what, status, body, said) => {
    const { at } = await endpoint((response) => void response.writeHead(status).end(body));
    const refused = streamCompletion(at("a secret key"), request, never);
    await expect(refused).rejects.toThrow(EngineError);
    await expect(refused).rejects.toThrow(said);
    await expect(refused).rejects.not.toThrow(/secret/);
  });

  it("tells of a connection that breaks in the middle", async () => {
    const { at } = await endpoint((response) => {
      response.writeHead(200).write('data: {"choices":[{"text":"a"}]}\n\n');
      setTimeout(() => response.destroy(), 20);
    });
    const broken = streamCompletion(at(), request, never);
    await expect(broken).rejects.toThrow(EngineError);
    await expect(broken).rejects.toThrow(/broke off/);
  });

  it("tells where nobody listens, and ends with an abort", async () => {
    const { at } = await endpoint((response) => void response.writeHead(200).write(": wait\n\n"));
    const stop = new AbortController();
    const stopped = streamCompletion(at(), request, stop.signal);
    setTimeout(() => stop.abort(new Error("enough")), 50);
    await expect(stopped).rejects.toThrow("enough");
    const { url } = at();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(streamCompletion({ url, key: null }, request, never)).rejects.toThrow(
      /cannot be reached: .*ECONNREFUSED/,
    );
  });
});
