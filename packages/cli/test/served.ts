import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import OpenAI from "openai";
import { expect, vi } from "vitest";
import { startLab } from "./lab.ts";

/** What clients of the tests' servers must have. */
export const key = "a key of the tests";

export interface Served extends AsyncDisposable {
  /** "http://127.0.0.1:43211". */
  readonly url: string;
  readonly child: ChildProcess;
  readonly client: OpenAI;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** What it has said on stderr. */
  said(): string;
}

/** A server of a model, on one thread where its engine can be told, once it listens. Throws what it said instead. */
export async function served(model: string, ...more: string[]): Promise<Served> {
  const threads = more.includes("mlx") || model.startsWith("http") ? [] : ["-t", "1"];
  const words = ["serve", "-m", model, ...threads, "--port", "0", ...more];
  const child = startLab(words, { env: { QUANTLAB_API_KEY: key } });
  let [printed, said] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (part: string) => {
    printed += part;
  });
  child.stderr!.setEncoding("utf8").on("data", (part: string) => {
    said += part;
  });
  const closed = once(child, "close");
  await vi.waitFor(() => expect(`${printed}${said}`).toMatch(/at http\S+\/v1\n|error:/), { timeout: 60_000 });
  const url = /at (http\S+)\/v1\n/.exec(printed)?.[1];
  if (!url) throw new Error(said);
  return {
    url,
    child,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 }),
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}`, ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    said: () => said,
    async [Symbol.asyncDispose]() {
      child.kill("SIGINT");
      await closed;
    },
  };
}
