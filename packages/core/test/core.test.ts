import { glob, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { generateSchema, schemaNames } from "../scripts/generate-schemas.ts";
import {
  BadFileError,
  canonicalJson,
  closest,
  detectHost,
  digestOf,
  hostId,
  modelSlug,
  readDocument,
  repositoryRoot,
  SchemaVersionError,
  UnknownNameError,
  validate,
  writeDocument,
} from "../src/index.ts";

describe("schemas", () => {
  it.each(schemaNames)("%s.json is what the types say", async (name) => {
    const file = path.join(import.meta.dirname, "../schemas", `${name}.json`);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(
      JSON.parse(JSON.stringify(generateSchema(name))),
    );
  });
});

/** As the lab kept it in its first version. */
const firstResult = path.join(import.meta.dirname, "fixtures/result-1.json");

describe("documents", () => {
  it("refuses another schema version by name", () => {
    for (const [name, found, reads] of [
      ["run", 1, 2],
      ["result", 1, 2],
      ["run", 7, 2],
      ["evaluation", 2, 1],
    ] as const) {
      const read = () => validate(name, { schemaVersion: found }, "old.json");
      expect(read).toThrow(SchemaVersionError);
      expect(read).toThrow(`old.json has schemaVersion ${found}; this lab reads ${reads}`);
    }
  });

  it("names the field that does not fit", () => {
    const host = { ...detectHost(), cores: "two" };
    expect(() => validate("host", host, "host.json")).toThrow(
      /host\.json: is not a valid host: \/cores must be number/,
    );
  });

  it("reads back what it wrote and leaves the old file when the new one is invalid", async () => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), "quantlab-core-")), "host.json");
    const host = detectHost();
    await writeDocument("host", file, host);
    await expect(writeDocument("host", file, { ...host, cores: Number.NaN })).rejects.toThrow(BadFileError);
    expect(await readDocument("host", file)).toEqual(host);
  });

  it("reads a result of the first version as one of the second", async () => {
    const { prompt, protocol, ...rest } = JSON.parse(await readFile(firstResult, "utf8"));
    expect(await readDocument("result", firstResult)).toEqual({
      ...rest,
      schemaVersion: 2,
      protocol: { blocks: 5, order: "interleaved", seed: 42 },
      workloads: {
        generate: {
          prompt: "inflation@1",
          newTokens: 80,
          warmups: 1,
          generations: 3,
          promptText: prompt.text,
          promptTokens: 13,
        },
        score: { chunks: 64 },
      },
    });
    expect(protocol).toMatchObject({ chunks: 64, newTokens: 80 });
  });

  it("says which file is not JSON", async () => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), "quantlab-core-")), "half.json");
    await writeFile(file, '{"id": "x');
    await expect(readDocument("host", file)).rejects.toThrow(/half\.json: is not JSON/);
  });
});

describe("canonical JSON", () => {
  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(digestOf(reversed)).toBe(digestOf(value));
      }),
    );
  });
});

describe("names", () => {
  const known = ["Q4_0", "Q4_K_S", "Q4_K_M", "Q8_0"];

  it("suggests the nearest name", () => {
    expect(closest("q4_km", known)).toBe("Q4_K_M");
    expect(closest("Q4_M", known)).toBe("Q4_K_M");
    expect(closest("Q4_00", known)).toBe("Q4_0");
    expect(closest("Q3_K_M", known)).toBe("Q4_K_M");
    expect(closest("bananas", known)).toBeNull();
    const error = new UnknownNameError("quantization", "Q4_KM", known);
    expect(error.remedy).toBe("did you mean Q4_K_M? Available: Q4_0, Q4_K_S, Q4_K_M, Q8_0");
    expect(error.exitCode).toBe(2);
  });

  it("makes file names of model ids", () => {
    expect(modelSlug("synthetic/qwen2.5-0.5b")).toBe("synthetic-qwen2.5-0.5b");
    expect(modelSlug("../my models/a.gguf")).toBe("my-models-a.gguf");
  });
});

describe("host facts", () => {
  afterEach(() => {
    delete process.env.QUANTLAB_HOST_FACTS;
  });

  it("are stable, and another machine has another id", () => {
    const host = detectHost();
    expect(detectHost()).toEqual(host);
    const { id, ...facts } = host;
    expect(hostId(facts)).toBe(id);
    expect(hostId({ ...facts, cores: facts.cores + 1 })).not.toBe(id);
    // Two machines whose processors have one name.
    expect(hostId({ ...facts, processorKind: "family 25 model 17 stepping 1" })).not.toBe(
      hostId({ ...facts, processorKind: "family 25 model 1 stepping 1" }),
    );
    // What the kernel keeps for itself varies a little between boots.
    expect(hostId({ ...facts, memoryBytes: facts.memoryBytes - 4096 })).toBe(id);
    // Documents of the same machine from before it was a fact have none.
    expect(hostId({ ...facts, performanceCores: 1 })).toBe(id);
  });

  it("that nothing limits keep the id under which results were committed; limits give another", async () => {
    const files = await Array.fromAsync(glob("experiments/*/results/*/*.json", { cwd: repositoryRoot }));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const { host } = await readDocument("result", path.join(repositoryRoot, file));
      const { id, ...facts } = host;
      expect(hostId(facts)).toBe(id);
      expect(file).toContain(id);
      const limited = [{ cores: 0.8 }, { memoryBytes: 2 ** 30 }, { cores: 0.8, memoryBytes: 2 ** 30 }];
      const ids = limited.map((limits) => hostId({ ...facts, limits }));
      expect(new Set([id, ...ids]).size).toBe(4);
      expect(ids[2]).toContain("-0.8c-1g-");
    }
  });

  it("can be replaced from a file", async () => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), "quantlab-core-")), "host.json");
    const other = { ...detectHost(), id: "another-host" };
    await writeFile(file, JSON.stringify(other));
    process.env.QUANTLAB_HOST_FACTS = file;
    expect(detectHost()).toEqual(other);
  });
});
