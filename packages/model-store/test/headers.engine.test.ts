import { readdirSync, statSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import path from "node:path";
import { BadFileError } from "@quantlab/core";
import { simulateInOwnProcess } from "@quantlab/llama-capi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PublishedEntry } from "../src/catalogue/entries.ts";
import { HubError, headerOf, readGguf, resolveModel } from "../src/index.ts";
import type { Store } from "../src/store.ts";
import {
  facts,
  storeWith,
  type TemporaryFolder,
  temporaryFolder,
  tinyShape,
  writeTiny,
} from "./support/fixtures.ts";
import { HubServer } from "./support/hub-server.ts";

const repository = "someone/tiny-GGUF";
const file = "tiny-q8_0.gguf";
const shape = { ...tinyShape, layers: 4, vocabulary: 20_000, feedForward: 1024 };
const entry: PublishedEntry = {
  ...facts,
  kind: "published",
  id: "tiny",
  gated: false,
  gguf: [{ repository, importanceMatrix: false, files: { Q8_0: file } }],
  hf: {},
  mlx: {},
};
const settings = {
  contextSize: 256,
  batchSize: 256,
  microBatchSize: 256,
  threads: 1,
  batchThreads: 1,
  flashAttention: "auto",
  keyType: "f16",
  valueType: "f16",
  gpu: false,
} as const;

let folder: TemporaryFolder;
let hub: HubServer;
let store: Store;
let content: Buffer;

beforeEach(async () => {
  folder = await temporaryFolder();
  hub = await HubServer.start();
  store = await storeWith(folder.path, [entry, { ...entry, id: "planned", shape }]);
  content = await readFile(await writeTiny(folder.path, { fileType: "Q8_0", fileTypeNumber: 7, shape }));
  hub.add(repository, file, content);
  vi.stubEnv("HF_ENDPOINT", hub.url);
  vi.stubEnv("HF_HOME", path.join(folder.path, "hf"));
  for (const name of ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_HUB_OFFLINE"])
    vi.stubEnv(name, undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const header = (id = "tiny") => headerOf(store, `${id}:Q8_0`, path.join(folder.path, "planned"));
/** Everything that lies in the folder of headers. */
const kept = () => readdirSync(path.join(folder.path, "lab/headers/tiny"));

describe("a header on the hub", () => {
  it("comes without the weights, and tells the memory that the whole file tells", async () => {
    const found = await header();
    expect(found).toMatchObject({ from: "hub" });
    const sent = hub.downloads.filter(({ range }) => range !== null).map(({ range }) => range);
    expect(new Set(sent)).toEqual(new Set([`bytes=0-${Math.min(2 * 2 ** 20, content.length) - 1}`]));
    const { size, blocks } = statSync(found!.file);
    expect(size).toBe(content.length);
    expect(blocks * 512).toBeLessThan(content.length + 4096);
    await using whole = await temporaryFolder();
    const pulled = path.join(whole.path, "whole.gguf");
    await using handle = await open(pulled, "w");
    await handle.writeFile(content);
    const [ofHeader, ofWhole] = [found!.file, pulled].map((each) =>
      simulateInOwnProcess({ file: each, ...settings }),
    );
    expect((await ofHeader)!.buffers).toEqual((await ofWhole)!.buffers);
  });

  it("is asked for once", async () => {
    const first = await header();
    const asked = hub.downloads.length;
    expect(await header()).toEqual(first);
    expect(hub.downloads).toHaveLength(asked);
  });

  it("is not asked for where the file is on disk", async () => {
    const { path: pulled } = await resolveModel("tiny:Q8_0", { store });
    expect(await header()).toEqual({ file: pulled, from: "disk" });
  });

  it("is planned from the catalogue's dimensions where the hub is out of reach", async () => {
    await hub[Symbol.asyncDispose]();
    const planned = await header("planned");
    expect(planned).toMatchObject({ from: "plan" });
    expect(readGguf(planned!.file).tensors).toEqual(
      readGguf(await writeTiny(folder.path, { fileType: "Q8_0", fileTypeNumber: 7, shape, seed: 8 })).tensors,
    );
    expect(await header()).toBeNull();
    hub = await HubServer.start();
  });
});

describe("a server that lies about lengths", () => {
  it.each<[string, () => void]>([
    ["sends a part that begins elsewhere", () => (hub.faults.shiftBytes = 64)],
    [
      "sends less than the whole file",
      () => Object.assign(hub.faults, { wholeFiles: true, missingBytes: 64 }),
    ],
    ["says that the file is larger", () => (hub.faults.announcedBytes = content.length * 3)],
    ["says that the file is smaller", () => (hub.faults.announcedBytes = 4096)],
    ["says that the file is as large as none can be", () => (hub.faults.announcedBytes = 2 ** 52)],
  ])("that %s is refused, and nothing is kept", async (_, lie) => {
    lie();
    const refused = await header().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(HubError);
    // By what it says, before anything reads what it sends.
    expect(String(refused)).toMatch(/was asked for bytes 0 to \d+ of \d+ of \S+tiny-q8_0\.gguf and sends /);
    expect(kept()).toEqual([]);
  });

  // No hub at all stands there: then the catalogue's dimensions do, of a model that has some.
  it.each<[string, () => void]>([
    ["breaks off", () => Object.assign(hub.faults, { dropAfterBytes: 10_000, drops: 1000 })],
    ["sends a web page", () => (hub.faults.page = "files")],
  ])("that %s is no way to the hub, and nothing is kept", async (_, lie) => {
    lie();
    expect(await header("tiny")).toBeNull();
    expect(await header("planned")).toMatchObject({ from: "plan" });
    expect(kept()).toEqual([]);
  });

  it("that sends the whole file for a part is taken by its beginning", async () => {
    hub.faults.wholeFiles = true;
    const found = await header();
    expect(readGguf(found!.file).tensors.length).toBeGreaterThan(30);
  });

  it.each([
    ["more metadata than there is", 16, 2n ** 40n],
    ["more tensors than there are", 8, 2n ** 40n],
    ["a string without end", 24, 2n ** 60n],
  ])("and whose file claims %s is refused by the reader", async (_, at, value) => {
    const lying = Buffer.from(content);
    lying.writeBigUInt64LE(value, at);
    hub.add(repository, file, lying);
    await expect(header()).rejects.toThrow(BadFileError);
    await expect(header()).rejects.toThrow(/someone\/tiny-GGUF\/tiny-q8_0\.gguf: claims/);
    expect(kept()).toEqual([]);
  });

  it("and whose header goes on for ever is given up", async () => {
    const endless = Buffer.concat([content.subarray(0, 24), Buffer.alloc(4 * 2 ** 20)]);
    hub.add(repository, file, endless);
    await expect(header()).rejects.toThrow(/BAD_FILE|without a name|no end of its header/);
    expect(kept()).toEqual([]);
  });
});
