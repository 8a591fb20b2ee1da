import { once } from "node:events";
import { readdir, readFile, readlink } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import PQueue from "p-queue";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { processesStartedBy } from "./processes.ts";
import { key, type Served, served } from "./served.ts";

const model = "sprout:F16";
/** From about here on the engine takes no more. */
const warmUp = 6_000;
const requests = warmUp + 10_000;
const clients = 16;

const prompts = [
  "What is inflation?",
  "Once upon a time",
  "The old man and the sea",
  "Who invented the light bulb?",
  "Two plus three is",
  "Why is the sky",
  "A dog named",
];
const asked = (index: number, changes: object = {}) => ({
  model,
  prompt: prompts[index % prompts.length]!,
  temperature: 0,
  max_tokens: 4 + (index % 13),
  ...changes,
});

let server: Served;
beforeAll(async () => {
  // V8 lets its heap grow for thousands of requests and then collects it at once: what counts is what remains.
  vi.stubEnv("NODE_OPTIONS", `--expose-gc --import=${import.meta.resolve("./collect-garbage.ts")}`);
  server = await served(model);
});
afterAll(() => server[Symbol.asyncDispose]());

const text = async (body: object) => (await server.client.completions.create(body as never)).choices[0]!.text;

/** What must be refused, and with what; every tenth request is the next of them. */
const malformed: readonly (() => Promise<[found: number, expected: number]>)[] = [
  ["{", 400],
  [asked(0, { max_tokens: "5" }), 400],
  [asked(0, { logit_bias: { 5: 1 } }), 400],
  [asked(0, { model: "../../etc/passwd" }), 404],
  [asked(0, { max_tokens: 5000 }), 400],
  [asked(0, { prompt: [2 ** 30] }), 400],
  [asked(0, { prompt: [] }), 400],
].map(([body, expected]) => async () => {
  const answer = await server.post("/v1/completions", body);
  await answer.text();
  return [answer.status, expected as number] as [number, number];
});
const wrongKey = async (): Promise<[number, number]> => {
  const answer = await server.post("/v1/completions", asked(0), { authorization: "Bearer no" });
  await answer.text();
  return [answer.status, 401];
};

/** Clients that leave: in the middle of what they say, and of what they are told. */
async function halfClosed(): Promise<[number, number]> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(`POST /v1/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: `);
  socket.write('application/json\r\nContent-Length: 500\r\n\r\n{"model":');
  socket.destroy();
  await once(socket, "close");
  return [0, 0];
}
async function leftStream(): Promise<[number, number]> {
  const leave = new AbortController();
  const stream = await server.client.completions.create(
    { ...asked(1, { max_tokens: 500 }), stream: true } as never,
    { signal: leave.signal },
  );
  for await (const _ of stream as unknown as AsyncIterable<unknown>) break;
  leave.abort();
  return [0, 0];
}
const faults = [...malformed, wrongKey, halfClosed, leftStream];

/** Bytes that the server and its engine hold. */
async function heldBytes(): Promise<number> {
  const pids = [server.child.pid!, ...processesStartedBy(server.child.pid!)];
  let least = Number.POSITIVE_INFINITY;
  // Pages go back to the system at leisure, so the least of several readings behind a collection is what is held.
  for (let reading = 0; reading < 6; reading++) {
    for (const pid of pids) process.kill(pid, "SIGUSR2");
    await delay(2000);
    const pages = await Promise.all(
      pids.map(async (pid) => Number((await readFile(`/proc/${pid}/statm`, "utf8")).split(" ")[1])),
    );
    least = Math.min(
      least,
      pages.reduce((sum, each) => sum + each * 4096, 0),
    );
  }
  return least;
}

async function openSockets(): Promise<number> {
  const folder = `/proc/${server.child.pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => "")),
  );
  return links.filter((link) => link.startsWith("socket:")).length;
}

async function metric(name: string): Promise<number> {
  const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  return Number(new RegExp(`^${name} (\\d+)`, "m").exec(await answer.text())![1]);
}

it.runIf(process.platform === "linux")(
  `${requests} requests, one in ten of them malformed, leave nothing behind, and every valid one is answered rightly`,
  async () => {
    const expected = new Map<string, string>();
    const different = new Map<string, [found: string, expected: string]>();
    for (let index = 0; index < prompts.length * 13; index++) {
      const body = asked(index);
      expected.set(JSON.stringify(body), await text(body));
    }
    const socketsAtRest = await openSockets();
    const queue = new PQueue({ concurrency: clients });
    const failures: Promise<unknown>[] = [];
    let afterWarmUp = 0;
    const one = async (index: number) => {
      if (index % 10 === 9) {
        const [found, due] = await faults[Math.floor(index / 10) % faults.length]!();
        expect([index, found]).toEqual([index, due]);
        return;
      }
      const body = asked(index);
      const found = await (index % 3 === 0 ? streamed(body) : text(body));
      const due = expected.get(JSON.stringify(body))!;
      if (found !== due) different.set(JSON.stringify(body), [found, due]);
    };
    for (let index = 0; index < requests; index++) {
      if (index === warmUp) {
        await queue.onIdle();
        afterWarmUp = await heldBytes();
      }
      await queue.onSizeLessThan(clients);
      // What fails is told at the end.
      failures.push(
        queue
          .add(() => one(index))
          .then(
            () => null,
            (error: unknown) => error,
          ),
      );
    }
    await queue.onIdle();
    expect((await Promise.all(failures)).filter((each) => each !== null)).toEqual([]);
    for (const [body, [found, due]] of different) await expectTie(JSON.parse(body), found, due);
    expect((await heldBytes()) / afterWarmUp).toBeLessThan(1.05);
    // A client keeps its connection as long as the server says, in case it has another question: 72 s.
    await vi.waitFor(async () => expect(await openSockets()).toBeLessThanOrEqual(socketsAtRest), {
      timeout: 120_000,
    });
    expect(await metric("quantlab_requests_running")).toBe(0);
    expect(await metric("quantlab_requests_waiting")).toBe(0);
  },
  30 * 60_000,
);
async function streamed(body: object): Promise<string> {
  const stream = await server.client.completions.create({ ...body, stream: true } as never);
  let all = "";
  for await (const { choices } of stream as unknown as AsyncIterable<{ choices: { text: string }[] }>)
    all += choices[0]?.text ?? "";
  return all;
}

/** Batches round differently: where two answers part, both ways must have been as good as equally likely. */
async function expectTie(body: { prompt: string }, found: string, expected: string): Promise<void> {
  let same = 0;
  while (found[same] === expected[same]) same++;
  const { choices } = await server.client.completions.create({
    ...{ model, temperature: 0, max_tokens: 0, echo: true, logprobs: 20 },
    prompt: body.prompt + expected,
  });
  const { text_offset, top_logprobs, token_logprobs } = choices[0]!.logprobs!;
  const place = text_offset!.findLastIndex((offset) => offset <= body.prompt.length + same);
  const [first, second] = Object.values(top_logprobs![place]!).toSorted((a, b) => b - a);
  expect([found, expected, first! - second!]).toEqual([
    found,
    expected,
    expect.toSatisfy((gap: number) => gap < 0.05),
  ]);
  expect(token_logprobs![place]).toBeGreaterThan(second! - 0.05);
}
