import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  BadFileError,
  EngineError,
  ggufFileTypes,
  needsImportanceMatrix,
  type Progress,
  UnknownNameError,
} from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileTypes, loadLlama, Model, quantizeFile, quantizeInOwnProcess } from "../src/index.ts";
import { native } from "../src/library/native.ts";
import { sprout } from "./sprout.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-quantize-"));
});
afterAll(() => rm(folder, { recursive: true }));

const hash = async (file: string) =>
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");

/** The processes in which this one quantizes. */
function children(): number[] {
  const { stdout } = spawnSync("pgrep", ["-P", String(process.pid), "-f", "quantize-process"], {
    encoding: "utf8",
  });
  return stdout.split("\n").filter(Boolean).map(Number);
}

function abortChildren(): void {
  for (const pid of children()) process.kill(pid, "SIGABRT");
}

test("Q8_0 is half of F16, loads, and says what it is", async () => {
  const output = path.join(folder, "q8.gguf");
  const lines: string[] = [];
  quantizeFile({ input: sprout, output, type: "Q8_0", onLog: ({ text }) => lines.push(text) });
  const [before, after] = await Promise.all([stat(sprout), stat(output)]);
  expect(after.size / before.size).toBeCloseTo(8.5 / 16, 1);
  using model = Model.load(output, { gpu: false });
  expect(model.metadata("general.file_type")).toBe(String(fileTypes.Q8_0));
  expect(lines.some((line) => line.includes("quant size"))).toBe(true);
});

test("a process of its own gives the same bytes, whatever the threads, and counts tensors", async () => {
  const [here, there] = [path.join(folder, "here.gguf"), path.join(folder, "there.gguf")];
  const seen: Progress[] = [];
  quantizeFile({ input: sprout, output: here, type: "Q4_K_M", threads: 1 });
  const { sha256 } = await quantizeInOwnProcess({
    input: sprout,
    output: there,
    type: "Q4_K_M",
    threads: 2,
    onProgress: (progress) => seen.push(progress),
  });
  expect(await hash(there)).toBe(await hash(here));
  expect(sha256).toBe(await hash(there));
  expect(seen.length).toBeGreaterThan(10);
  expect(seen.at(-1)).toMatchObject({ done: seen.at(-1)!.total, unit: "tensors" });
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
});

describe.each([
  ["here", async (request: Parameters<typeof quantizeFile>[0]) => quantizeFile(request)],
  ["in a process of its own", quantizeInOwnProcess],
])("refused %s", (_, quantize) => {
  const request = { input: sprout, type: "Q4_0" as const };
  const output = () => path.join(folder, "refused.gguf");

  test("a type that does not exist, with the nearest one", async () => {
    const wrong = quantize({ ...request, output: output(), type: "Q4_KM" as never });
    await expect(wrong).rejects.toThrow(UnknownNameError);
    await expect(wrong).rejects.toMatchObject({ remedy: expect.stringContaining("did you mean Q4_K_M?") });
  });

  test("a type that needs an importance matrix", async () => {
    const wrong = quantize({ ...request, output: output(), type: "IQ2_XS" });
    await expect(wrong).rejects.toThrow(/IQ2_XS needs an importance matrix/);
  });

  test("an input that is missing, cut, or no GGUF", async () => {
    const bytes = await readFile(sprout);
    const [cut, text] = [path.join(folder, "cut.gguf"), path.join(folder, "text.gguf")];
    await writeFile(cut, bytes.subarray(0, bytes.length / 2));
    await writeFile(text, "This is not a model.");
    for (const input of [cut, text, path.join(folder, "absent.gguf")]) {
      const wrong = quantize({ ...request, input, output: output() });
      await expect(wrong).rejects.toThrow(BadFileError);
      await expect(wrong).rejects.toThrow(input);
    }
  });

  test("an output that cannot be written", async () => {
    const wrong = quantize({ ...request, output: path.join(folder, "no-such-folder/x.gguf") });
    await expect(wrong).rejects.toThrow(/cannot make Q4_0/);
  });
});

test("a process that dies is an error that says how", async () => {
  const request = { input: sprout, output: path.join(folder, "died.gguf"), type: "Q5_K_M" } as const;
  const dying = quantizeInOwnProcess({
    ...request,
    onProgress: abortChildren,
  });
  await expect(dying).rejects.toThrow(EngineError);
  await expect(dying).rejects.toThrow(/cannot make Q5_K_M .*its process was ended by SIGABRT/);
});

test("a cancel ends the process at once", async () => {
  const cancel = new AbortController();
  const request = {
    input: sprout,
    output: path.join(folder, "cancelled.gguf"),
    type: "Q5_K_M",
    threads: 1,
  } as const;
  let last: Progress | null = null;
  const onProgress = (progress: Progress) => {
    last = progress;
    cancel.abort(new Error("enough"));
  };
  await expect(quantizeInOwnProcess({ ...request, signal: cancel.signal, onProgress })).rejects.toThrow(
    "enough",
  );
  expect(last!.done).toBeLessThan(last!.total!);
  expect(children()).toEqual([]);
  await expect(quantizeInOwnProcess({ ...request, signal: cancel.signal })).rejects.toThrow("enough");
});

describe("the table of file types is the library's own", () => {
  const { call, log } = loadLlama();
  // A dry run chooses a type for every tensor and writes nothing.
  test.each(ggufFileTypes)("%s", (type) => {
    const ftype = fileTypes[type];
    const parameters = { ...call.quantizeDefaults(), ftype, dry_run: true };
    const { result, lines } = log.during(() =>
      call.quantize(
        sprout,
        path.join(folder, "dry.gguf"),
        native().as(parameters, "llama_model_quantize_params *"),
      ),
    );
    expect(result).toBe(0);
    expect(lines.some(({ text }) => text.includes("will require an imatrix"))).toBe(
      needsImportanceMatrix(type),
    );
  });

  test("and no other type can be made", () => {
    const known = new Set(Object.values<number>(fileTypes));
    for (let ftype = 0; ftype < 64; ftype++) {
      if (known.has(ftype)) continue;
      const parameters = { ...call.quantizeDefaults(), ftype, dry_run: true };
      const made = log.during(() =>
        call.quantize(
          sprout,
          path.join(folder, "dry.gguf"),
          native().as(parameters, "llama_model_quantize_params *"),
        ),
      );
      expect(made.result, `type ${ftype}`).not.toBe(0);
    }
  });
});
