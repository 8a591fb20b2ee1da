import { existsSync, lstatSync, readdirSync } from "node:fs";
import { mkdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { InsufficientSpaceError, type Progress, UsageError } from "@quantlab/core";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { PublishedEntry } from "../src/catalogue/entries.ts";
import {
  HubError,
  listModels,
  modelInfo,
  modelSource,
  removeModel,
  resolveHubFolder,
  resolveModel,
} from "../src/index.ts";
import type { Store } from "../src/store.ts";
import {
  facts,
  storeWith,
  type TemporaryFolder,
  temporaryFolder,
  tinyShape,
  writeTiny,
} from "./support/fixtures.ts";
import { commit, type Faults, HubServer, hashOf } from "./support/hub-server.ts";

// Hashing and writing take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const repository = "someone/tiny-GGUF";
const file = "tiny-q8_0.gguf";
const entry: PublishedEntry = {
  ...facts,
  kind: "published",
  id: "tiny",
  gated: false,
  gguf: [{ repository, importanceMatrix: false, files: { Q8_0: file, Q6_K: "gone.gguf" } }],
  hf: { bfloat16: "someone/tiny" },
  mlx: { "mlx-4bit-g64": "someone/tiny-4bit" },
};

// Wide enough for several of the downloader's pieces of 1 MiB.
const wide = { ...tinyShape, layers: 4, feedForward: 1024 };

let folder: TemporaryFolder;
let hub: HubServer;
let store: Store;
let content: Buffer;

const cache = (...parts: string[]) => path.join(folder.path, "hf/hub/models--someone--tiny-GGUF", ...parts);
const pull = () => resolveModel("tiny:Q8_0", { store });

beforeAll(async () => {
  await using place = await temporaryFolder();
  content = await readFile(await writeTiny(place.path, { fileType: "Q8_0", fileTypeNumber: 7, shape: wide }));
});

beforeEach(async () => {
  folder = await temporaryFolder();
  hub = await HubServer.start();
  store = await storeWith(folder.path, [entry]);
  content = await readFile(
    await writeTiny(folder.path, { fileType: "Q8_0", fileTypeNumber: 7, shape: wide }),
  );
  hub.add(repository, file, content);
  vi.stubEnv("HF_ENDPOINT", `${hub.url}/`);
  vi.stubEnv("HF_HOME", path.join(folder.path, "hf"));
  vi.stubEnv("HF_HUB_CACHE", undefined);
  vi.stubEnv("HUGGINGFACE_HUB_CACHE", undefined);
  vi.stubEnv("HF_TOKEN", undefined);
  vi.stubEnv("HF_HUB_OFFLINE", undefined);
  vi.stubEnv("HF_HUB_DOWNLOAD_TIMEOUT", undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await hub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe("a published file", () => {
  it("arrives in the hub's own cache layout, verified, and is not asked for again", async () => {
    const progress: number[] = [];
    const model = await resolveModel("tiny:Q8_0", {
      onProgress: ({ step, done }) => step.startsWith("download") && progress.push(done),
      store,
    });
    expect(model.path).toBe(cache("snapshots", commit, file));
    expect(await readlink(model.path)).toBe(path.join("../../blobs", hashOf(content)));
    expect(await readFile(cache("refs/main"), "utf8")).toBe(commit);
    expect(model.sha256).toBe(hashOf(content));
    expect(model.provenance).toEqual([
      {
        step: "download",
        tool: "hub",
        version: commit,
        settings: { repository, file, importanceMatrix: false },
        inputSha256: null,
      },
    ]);
    expect(progress.at(-1)).toBe(content.length);
    expect(readdirSync(cache("blobs"))).toEqual([hashOf(content)]);
    const requests = hub.seen.length;
    expect(await pull()).toEqual(model);
    expect(hub.seen).toHaveLength(requests);
  });

  it("that another tool put into the cache is used without a request", async () => {
    await mkdir(cache("snapshots", commit), { recursive: true });
    await mkdir(cache("refs"), { recursive: true });
    await writeFile(cache("refs/main"), commit);
    await writeFile(cache("snapshots", commit, file), content);
    expect((await pull()).sha256).toBe(hashOf(content));
    expect(hub.seen).toHaveLength(0);
    await expect(removeModel("tiny:Q8_0", store)).rejects.toThrow("fetched or made nothing");
  });

  it("whose content another tool brought at another commit is linked, not fetched, and not the lab's to remove", async () => {
    await mkdir(cache("blobs"), { recursive: true });
    await writeFile(cache("blobs", hashOf(content)), content);
    expect((await pull()).sha256).toBe(hashOf(content));
    expect(hub.downloads).toHaveLength(0);
    await expect(removeModel("tiny:Q8_0", store)).rejects.toThrow("fetched or made nothing");
  });

  it("shows in the listing and goes again with its blob", async () => {
    const { path: link } = await pull();
    const listing = await listModels(store);
    expect(listing[0]?.onDisk).toEqual([
      { quantization: "Q8_0", path: link, bytes: content.length, origin: "fetched" },
    ]);
    expect(await removeModel("tiny", store)).toEqual({ files: [link], bytes: content.length });
    expect(existsSync(link)).toBe(false);
    expect(readdirSync(cache("blobs"))).toEqual([]);
    expect((await modelInfo("tiny:Q8_0", store)).file).toBeNull();
  });

  it("keeps its blob when another tool's snapshot leads to it as well", async () => {
    const { path: link } = await pull();
    const other = cache("snapshots", "f".repeat(40));
    await mkdir(other);
    await symlink(await readlink(link), path.join(other, file));
    expect(await removeModel("tiny:Q8_0", store)).toEqual({ files: [link], bytes: 0 });
    expect(await readFile(path.join(other, file))).toEqual(content);
  });

  it("is shared by callers that want it at the same time", async () => {
    const source = modelSource("tiny:Q8_0", store);
    const [a, b] = await Promise.all([source.resolve(), source.resolve()]);
    expect(a).toEqual(b);
    expect(hub.seen.filter(({ path }) => path.includes("/revision/"))).toHaveLength(1);
  });

  it("sends the token to the hub and not to where the hub redirects", async () => {
    vi.stubEnv("HF_TOKEN", "secret");
    hub.faults.token = "secret";
    await pull();
    const tokens = (server: string) =>
      hub.seen.filter((one) => one.server === server).map((one) => one.authorization);
    expect(new Set(tokens("hub"))).toEqual(new Set(["Bearer secret"]));
    expect(new Set(tokens("cdn"))).toEqual(new Set([null]));
  });
});

describe("a connection that breaks", () => {
  it("is taken up where it broke", async () => {
    hub.faults.drops = 1;
    hub.faults.dropAfterBytes = content.length / 2;
    expect((await pull()).sha256).toBe(hashOf(content));
    const starts = hub.downloads.filter(({ server }) => server === "cdn").map(({ range }) => range);
    expect(starts.length).toBeGreaterThan(1);
    expect(starts.at(-1)).not.toMatch(/^bytes=0-/);
  });

  it("again and again is reported, and the next call goes on from what had arrived", async () => {
    hub.faults.drops = 1000;
    hub.faults.dropAfterBytes = 1_200_000;
    // After the first drop nothing comes any more.
    const onProgress = () => {
      hub.faults.dropAfterBytes = 0;
    };
    const broken = resolveModel("tiny:Q8_0", { onProgress, store });
    await expect(broken).rejects.toThrow(HubError);
    await expect(broken).rejects.toMatchObject({
      remedy: expect.stringContaining("goes on where it stopped"),
    });
    expect(existsSync(cache("blobs", hashOf(content)))).toBe(false);
    hub.faults.drops = 0;
    hub.seen.length = 0;
    expect((await pull()).sha256).toBe(hashOf(content));
    const [first] = hub.downloads.filter(({ server }) => server === "cdn");
    expect(first?.range).not.toMatch(/^bytes=0-/);
  });

  it("by the user's will stops at once, and the next call goes on", async () => {
    hub.faults.pieceDelayMs = 50;
    const controller = new AbortController();
    const stopped = resolveModel("tiny:Q8_0", {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done > 2_500_000) controller.abort(new Error("enough"));
      },
      store,
    });
    await expect(stopped).rejects.toThrow("enough");
    hub.seen.length = 0;
    hub.faults.pieceDelayMs = 0;
    expect((await pull()).sha256).toBe(hashOf(content));
    expect(hub.downloads.find(({ server }) => server === "cdn")?.range).not.toMatch(/^bytes=0-/);
  });
});

describe("a file of which a part has arrived", () => {
  const partial = () => cache("blobs", `${hashOf(content)}.incomplete-quantlab`);
  const arrived = () => content.subarray(0, Math.floor(content.length / 2));

  beforeEach(async () => {
    await mkdir(cache("blobs"), { recursive: true });
    await writeFile(partial(), arrived());
  });

  it("is taken whole where the hub goes on from no byte but the first", async () => {
    hub.faults.wholeFiles = true;
    expect(await readFile((await pull()).path)).toEqual(content);
    expect(readdirSync(cache("blobs"))).toEqual([hashOf(content)]);
  });

  it.each<readonly [string, Partial<Faults>, RegExp]>([
    [
      "the whole file, which breaks off",
      { wholeFiles: true, drops: 9, dropAfterBytes: 300_000 },
      /tiny-q8_0/,
    ],
    ["the whole file, damaged", { wholeFiles: true, corrupt: true }, /arrived damaged/],
    ["a shorter file", { wholeFiles: true, missingBytes: 7 }, /from byte \d+ of \d+ and sends \d+ bytes$/],
    ["another part of it", { shiftBytes: 512 }, /from byte \d+ of \d+ and sends bytes \d+-\d+\/\d+$/],
    ["a web page", { page: "files" }, /answers with a web page where someone\/tiny-GGUF\/tiny-q8_0.gguf was/],
  ])("stays as it is when the hub sends %s, and is of use to the next call", async (_, faults, problem) => {
    const well = { ...hub.faults };
    Object.assign(hub.faults, faults);
    const refused = pull();
    await expect(refused).rejects.toThrow(HubError);
    await expect(refused).rejects.toThrow(problem);
    expect(readdirSync(cache("blobs"))).toEqual([path.basename(partial())]);
    expect(await readFile(partial())).toEqual(arrived());
    Object.assign(hub.faults, well);
    hub.seen.length = 0;
    expect(await readFile((await pull()).path)).toEqual(content);
    const ranges = hub.downloads.filter(({ server }) => server === "cdn").map(({ range }) => range);
    expect(ranges).toEqual([`bytes=${arrived().length}-`]);
  });
});

it("a file without a byte arrives too", async () => {
  hub.add("someone/tiny", "config.json", Buffer.from("{}"), false);
  hub.add("someone/tiny", "merges.txt", Buffer.alloc(0), false);
  hub.add("someone/tiny", "model.safetensors", safetensors({ "a.weight": ["BF16", [4, 8]] }));
  const { path: place } = await resolveModel("tiny:bfloat16", { store });
  expect(await readFile(path.join(place, "merges.txt"), "utf8")).toBe("");
});

describe("a hub that has too much to do", () => {
  it.each([
    ["in seconds", () => "1"],
    ["as a date", () => new Date(Date.now() + 900).toUTCString()],
  ])("is asked again when it says, %s", async (_, when) => {
    hub.faults.busy = { times: 2, retryAfter: when() };
    const waited: string[] = [];
    const onProgress = ({ step, unit }: Progress) => void (unit === "seconds" && waited.push(step));
    expect((await resolveModel("tiny:Q8_0", { onProgress, store })).sha256).toBe(hashOf(content));
    expect(waited).toEqual(["the hub asks to wait", "the hub asks to wait"]);
  });

  it("is not waited for by the hour", async () => {
    hub.faults.busy = { times: 1, retryAfter: "3600" };
    await expect(pull()).rejects.toMatchObject({
      status: 429,
      message: `the hub asks to wait 3600 s before it gives ${repository} (HTTP 429)`,
    });
  });

  it("is not waited for when nobody wants to any more", async () => {
    hub.faults.busy = { times: 1, retryAfter: "200" };
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    const stopped = resolveModel("tiny:Q8_0", { signal: controller.signal, onProgress, store });
    await expect(stopped).rejects.toThrow("enough");
  });
});

describe("an answer that never comes", () => {
  it.each(["descriptions", "files"] as const)("ends what waits for %s", async (silent) => {
    vi.stubEnv("HF_HUB_DOWNLOAD_TIMEOUT", "0.2");
    hub.faults.silent = silent;
    await expect(pull()).rejects.toThrow(/ cannot be read from http\S+: nothing came for 0.2 s$/);
  });

  it("to the end is one that breaks off: what came stays", async () => {
    vi.stubEnv("HF_HUB_DOWNLOAD_TIMEOUT", "0.2");
    hub.faults.pieceDelayMs = 5000;
    const onProgress = () => {
      hub.faults.silent = "files";
    };
    const waiting = resolveModel("tiny:Q8_0", { onProgress, store });
    await expect(waiting).rejects.toThrow("nothing came for 0.2 s");
    expect(readdirSync(cache("blobs"))).toEqual([`${hashOf(content)}.incomplete-quantlab`]);
  });
});

describe("an answer that lacks", () => {
  it("the commit is refused", async () => {
    hub.faults.nameless = "commit";
    await expect(pull()).rejects.toMatchObject({
      message: `the hub's answer about ${repository} holds no commit`,
      remedy: expect.stringContaining("HF_ENDPOINT"),
    });
  });

  it("a hash is refused, and nothing leaves the cache", async () => {
    hub.faults.nameless = "content";
    await expect(pull()).rejects.toThrow(`about ${repository}/${file} holds no size and hash`);
    expect(hub.downloads).toEqual([]);
  });

  it("all files of a model is said", async () => {
    hub.add("nobody/knows", "README.md", Buffer.from("read me"), false);
    const refused = resolveHubFolder("nobody/knows", { store });
    await expect(refused).rejects.toThrow("nobody/knows on the hub holds no model");
  });
});

describe("what the hub refuses is said with the remedy", () => {
  it("401 without a token", async () => {
    hub.faults.token = "secret";
    await expect(pull()).rejects.toMatchObject({
      status: 401,
      message: `the hub asks for a token to read ${repository} (HTTP 401)`,
      remedy: expect.stringContaining("set HF_TOKEN"),
    });
  });

  it("401 with a wrong token", async () => {
    vi.stubEnv("HF_TOKEN", "wrong");
    hub.faults.token = "secret";
    await expect(pull()).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining("does not let the token in HF_TOKEN read"),
    });
  });

  it("403 for a gated model whose licence is not accepted", async () => {
    vi.stubEnv("HF_TOKEN", "known");
    hub.faults.gated = true;
    await expect(pull()).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining(`${repository}/${file}`),
      remedy: expect.stringContaining("accept the model's licence"),
    });
  });

  it("404 for a repository, and for a file", async () => {
    await expect(resolveModel("tiny:Q6_K", { store })).rejects.toMatchObject({
      status: 404,
      message: `the hub has no ${repository}/gone.gguf`,
    });
    hub.repositories.clear();
    await expect(pull()).rejects.toMatchObject({
      status: 404,
      message: `the hub has no ${repository} (HTTP 404)`,
    });
  });

  it("503", async () => {
    hub.faults.status = 503;
    await expect(pull()).rejects.toMatchObject({ status: 503, remedy: expect.stringContaining("later") });
  });

  it("nothing at all, when nobody listens", async () => {
    vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
    await expect(pull()).rejects.toMatchObject({
      status: null,
      remedy: expect.stringContaining("HF_ENDPOINT"),
    });
  });
});

it("a file with other bytes than announced is deleted and named", async () => {
  hub.faults.corrupt = true;
  await expect(pull()).rejects.toThrow(/arrived damaged: its hash is [0-9a-f]{64}/);
  expect(readdirSync(cache("blobs"))).toEqual([]);
  hub.faults.corrupt = false;
  expect((await pull()).sha256).toBe(hashOf(content));
});

it("a file that cannot fit on the disk is not begun", async () => {
  hub.faults.announcedBytes = 2 ** 50;
  await expect(pull()).rejects.toThrow(InsufficientSpaceError);
  expect(hub.downloads).toHaveLength(0);
});

it("a cached file that changed is refused", async () => {
  const { path: link } = await pull();
  const damaged = Buffer.from(content);
  damaged[damaged.length - 5]! ^= 4;
  await writeFile(cache("blobs", hashOf(content)), damaged);
  await expect(pull()).rejects.toThrow(/is damaged: its sha256 is/);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

it("a quantization that is neither published nor can be made names those that are", async () => {
  await expect(resolveModel("tiny:Q4_K_M", { store })).rejects.toThrow(UsageError);
  await expect(resolveModel("tiny:Q4_K_M", { store })).rejects.toMatchObject({
    remedy: "choose one of Q8_0, Q6_K",
  });
});

describe("a folder in Hugging Face or MLX form", () => {
  const config = Buffer.from('{"quantization":{"bits":4,"group_size":64}}');

  it("comes whole, without what no engine needs, each file checked by its own hash", async () => {
    hub.add("someone/tiny", "config.json", config, false);
    hub.add("someone/tiny", "README.md", Buffer.from("read me"), false);
    hub.add("someone/tiny", "consolidated.safetensors", Buffer.alloc(99));
    hub.add("someone/tiny", "onnx/model.json", Buffer.alloc(9), false);
    const weights = safetensors({ "a.weight": ["BF16", [4, 8]], "b.weight": ["BF16", [10]] });
    hub.add("someone/tiny", "model.safetensors", weights);
    const model = await resolveModel("tiny:bfloat16", { store });
    expect(readdirSync(model.path).sort()).toEqual(["config.json", "model.safetensors"]);
    expect(model).toMatchObject({ parameters: 42, bitsPerWeight: 16, bytes: config.length + weights.length });
    const requests = hub.seen.length;
    expect(await resolveModel("tiny:bfloat16", { store })).toEqual(model);
    expect(hub.seen).toHaveLength(requests);
    expect((await listModels(store))[0]?.onDisk).toMatchObject([
      { quantization: "bfloat16", path: model.path },
    ]);
    expect((await removeModel("tiny:bfloat16", store)).files).toHaveLength(2);
  });

  it("counts weights that MLX packed, not the numbers they are packed into", async () => {
    hub.add("someone/tiny-4bit", "config.json", config, false);
    const packed = {
      "a.weight": ["U32", [2, 8]],
      "a.scales": ["F16", [2, 1]],
      "a.biases": ["F16", [2, 1]],
    } as const;
    hub.add("someone/tiny-4bit", "model.safetensors", safetensors(packed));
    const model = await resolveModel("tiny:mlx-4bit-g64", { store });
    expect(model).toMatchObject({ parameters: 128, bitsPerWeight: 4.5 });
  });

  it("is had by its own name too, whether or not the catalogue knows it", async () => {
    hub.add("nobody/knows", "config.json", config, false);
    hub.add("nobody/knows", "model.safetensors", safetensors({ "a.weight": ["BF16", [4, 8]] }));
    const model = await resolveHubFolder("nobody/knows", { store });
    expect(model).toMatchObject({ ref: { id: "nobody/knows", form: "hf" }, parameters: 32 });
    expect(model.provenance).toMatchObject([{ step: "download", settings: { repository: "nobody/knows" } }]);
    const requests = hub.seen.length;
    expect(await resolveHubFolder("nobody/knows", { store })).toEqual(model);
    expect(hub.seen).toHaveLength(requests);
    await expect(resolveHubFolder("no-owner", { store })).rejects.toThrow(/is no repository/);
    await expect(resolveHubFolder("nobody/absent", { store })).rejects.toThrow(/nobody\/absent/);
  });

  it("with a small file that arrives damaged is refused", async () => {
    hub.add("someone/tiny", "config.json", config, false);
    hub.faults.corrupt = true;
    await expect(resolveModel("tiny:bfloat16", { store })).rejects.toThrow(/config.json arrived damaged/);
  });

  it("with broken weights is refused in one line", async () => {
    hub.add("someone/tiny", "config.json", config, false);
    hub.add("someone/tiny", "model.safetensors", Buffer.alloc(64, 255));
    await expect(resolveModel("tiny:bfloat16", { store })).rejects.toThrow("is no whole safetensors file");
  });
});

const bytesOf: Record<string, number> = { BF16: 2, F16: 2, U32: 4 };

function safetensors(tensors: Readonly<Record<string, readonly [string, readonly number[]]>>): Buffer {
  let end = 0;
  const header = Object.entries(tensors).map(([name, [dtype, shape]]) => {
    const start = end;
    end += shape.reduce((product, length) => product * length, bytesOf[dtype]!);
    return [name, { dtype, shape, data_offsets: [start, end] }];
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(end)]);
}
