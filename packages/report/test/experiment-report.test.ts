import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Run, readDocument, SchemaVersionError } from "@quantlab/core";
import { beforeEach, describe, expect, it } from "vitest";
import { reportAndPrint, reportExperiment } from "../src/index.ts";
import { smallExperiment as experiment, host, makeRun, type RunPlan, smallPlans } from "./run-builder.ts";
import { temporaryFolder } from "./temporary-folder.ts";

let folder: string;
let lines: string[];
beforeEach(async () => {
  folder = await temporaryFolder();
  await mkdir(path.join(folder, ".runs"));
  await writeFile(path.join(folder, "README.md"), "# exp3\n\nWritten by hand.\n");
  lines = [];
});

const smallRun = (plan: RunPlan = {}) => makeRun({ arms: smallPlans, ...plan });
const log = (line: string) => lines.push(line);
const report = () => reportExperiment({ folder, experiment, log });
const putRun = (name: string, run: unknown) =>
  writeFile(path.join(folder, ".runs", `${name}.json`), JSON.stringify(run));
const sprout = () => path.join(folder, "results", host.id, "sprout.json");
const readme = () => readFile(path.join(folder, "README.md"), "utf8");
const later = (change: Partial<Run> = {}) =>
  smallRun({ change: { startedAt: "2026-03-02T09:00:00.000Z", ...change } });

const onThreads = (run: Run, threads: number): Run => ({
  ...run,
  blocks: run.blocks.map((block) => ({ ...block, engine: block.engine && { ...block.engine, threads } })),
});

const onDevices = (run: Run, ...devices: string[]): Run => ({
  ...run,
  blocks: run.blocks.map((block) => ({ ...block, engine: block.engine && { ...block.engine, devices } })),
});

async function everyFile(): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.sort().map(async (file) => [file, await readFile(file, "utf8")])),
  );
}

describe("results", () => {
  it("keeps a full run as a valid result and shows it", async () => {
    await putRun("a", smallRun());
    const { written, changed, problems } = await report();
    expect(written).toEqual([sprout()]);
    expect([changed, problems]).toEqual([true, []]);
    const result = await readDocument("result", sprout());
    expect(result.arms.q5!.blocks).toBe(6);
    expect(result.tasks.facts).toEqual({ items: 200, chance: 0.25 });
    expect(await readme()).toMatch(/^# exp3\n\nWritten by hand\.\n\n<!-- lab:results:begin -->/);
  });

  it("says of the model how large it is and what it was restored from", async () => {
    const step = { step: "restore", tool: "t", version: "1", settings: { from: "Q4_1" }, inputSha256: null };
    const run = smallRun({ change: { model: "smollm2-135m-instruct" } });
    // The baseline may be the very file that the others' weights were restored from.
    const restored = (block: Run["blocks"][number]) => ({
      ...block,
      model: block.model && {
        ...block.model,
        parameters: 134_515_008,
        provenance: block.arm === run.baseline ? [] : [step],
      },
    });
    await putRun("a", { ...run, blocks: run.blocks.map(restored) });
    await report();
    expect(await readme()).toContain(
      "**Model.** `smollm2-135m-instruct`, 135M parameters, its full weights restored from Q4_1:",
    );
    await putRun("a", smallRun());
    await report();
    expect(await readDocument("result", sprout())).not.toHaveProperty("restoredFrom");
  });

  it("gives the same bytes twice, and from another order of the files", async () => {
    await putRun("a", smallRun());
    await putRun("b", smallRun({ synthetic: true, change: { model: "synthetic/qwen2.5-0.5b" } }));
    await report();
    const first = await everyFile();
    const again = await report();
    expect([again.written, again.changed]).toEqual([[], false]);
    expect(await everyFile()).toEqual(first);
  });

  it("takes the newest run and never goes back", async () => {
    await putRun("a", later());
    await report();
    await putRun("b", smallRun());
    expect((await report()).written).toEqual([]);
    expect((await readDocument("result", sprout())).startedAt).toBe("2026-03-02T09:00:00.000Z");
    await putRun("c", later({ startedAt: "2026-03-03T09:00:00.000Z" }));
    expect((await report()).written).toEqual([sprout()]);
  });

  it("keeps the last run in which every arm ran when an arm fails in a newer one", async () => {
    const broken = { ...smallPlans.q5, lost: { status: "failed" as const, reason: "its file is damaged" } };
    const newer = { startedAt: "2026-03-02T09:00:00.000Z" };
    await putRun("a", smallRun());
    await report();
    await putRun("b", smallRun({ arms: { ...smallPlans, q5: broken }, change: newer }));
    expect((await report()).written).toEqual([]);
    expect(lines.join("\n")).toContain("keeps its last good run: q5 failed in the newest");
    expect((await readDocument("result", sprout())).arms.q5!.status).toBe("measured");
  });

  it("keeps its run when a newer one has other threads, until somebody removes it", async () => {
    await putRun("a", smallRun());
    await report();
    await putRun("b", onThreads(later(), 8));
    await reportAndPrint({ folder, experiment, log });
    const text = lines.join("\n");
    expect(text).toMatch(
      /sprout\.json keeps its run: .* q4 has 8 threads instead of 2, q5 has 8 .* remove the file to keep that/,
    );
    expect(text).toContain("(not kept, see above; results are untouched)");
    expect(text).not.toContain("Figures:");
    const threads = async () => (await readDocument("result", sprout())).arms.q4!.engine!.threads;
    expect(await threads()).toBe(2);
    await rm(sprout());
    expect((await report()).written).toEqual([sprout()]);
    expect(await threads()).toBe(8);
  });

  it("keeps its run when a newer one computed on a device, and takes one on a processor by another name", async () => {
    await putRun("a", onDevices(smallRun(), "CPU"));
    await report();
    await putRun("b", onDevices(later(), "CUDA0 (a card)", "CPU (a processor)"));
    expect((await report()).written).toEqual([]);
    expect(lines.join("\n")).toMatch(
      /sprout\.json keeps its run: .* q4 computes on CUDA0 \(a card\) instead of the CPU, q5 computes/,
    );
    await putRun("b", onDevices(later(), "CPU (a processor)"));
    expect((await report()).written).toEqual([sprout()]);
  });

  it("keeps a committed result that is newer than every run", async () => {
    await putRun("a", later());
    await report();
    const before = await readFile(sprout(), "utf8");
    await writeFile(path.join(folder, ".runs", "a.json"), JSON.stringify(smallRun()));
    await report();
    expect(await readFile(sprout(), "utf8")).toBe(before);
  });

  it.each([
    ["a quick look", later({ full: false })],
    ["a changed protocol", later({ full: false, overrides: { threads: 4 } })],
    ["an invalid run", { ...later(), blocks: smallRun({ guards: { swapDeltaBytes: 2 ** 30 } }).blocks }],
    ["a run of other arms", later({ arms: smallRun().arms.slice(0, 1) })],
  ])("is not touched by %s", async (_, run) => {
    await putRun("a", smallRun());
    await report();
    const before = await everyFile();
    await putRun("b", run);
    const { written, changed } = await report();
    expect([written, changed]).toEqual([[], false]);
    expect({ ...(await everyFile()), [path.join(folder, ".runs", "b.json")]: undefined }).toEqual({
      ...before,
      [path.join(folder, ".runs", "b.json")]: undefined,
    });
  });

  it("says why an invalid run was passed over", async () => {
    await putRun("b", smallRun({ guards: { swapDeltaBytes: 2 ** 30 } }));
    await report();
    expect(lines.join("\n")).toMatch(/b\.json is invalid and changes no results: .*went to swap/);
    expect(await readme()).toContain("No full run is kept here yet.");
  });
});

describe("files that cannot be read", () => {
  it.each([
    [
      "another schema version",
      { ...smallRun(), schemaVersion: 1 },
      /bad\.json has schemaVersion 1; this lab reads 2/,
    ],
    [
      "a field that does not fit",
      { ...smallRun(), host: 5 },
      /bad\.json: is not a valid run: \/host must be object/,
    ],
    [
      "another experiment",
      smallRun({ change: { experiment: "exp2" } }),
      /bad\.json: is a run of exp2, not of exp3/,
    ],
  ])("names a run of %s and touches nothing", async (_, run, message) => {
    await putRun("a", smallRun());
    await report();
    const before = await everyFile();
    await putRun("bad", run);
    const { problems, written, changed } = await report();
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.remedy).toBeTruthy();
    expect([written, changed]).toEqual([[], false]);
    expect(await everyFile()).toMatchObject(before);
  });

  it("names a run that is cut off", async () => {
    await writeFile(path.join(folder, ".runs", "half.json"), JSON.stringify(smallRun()).slice(0, 500));
    expect((await report()).problems[0]!.message).toMatch(/half\.json: is not JSON/);
  });

  it("refuses a result of another schema version by name before it writes anything", async () => {
    await putRun("a", smallRun());
    await report();
    const result = JSON.parse(await readFile(sprout(), "utf8"));
    await writeFile(sprout(), JSON.stringify({ ...result, schemaVersion: 9 }));
    await putRun("b", later());
    const before = await everyFile();
    const refused = report();
    await expect(refused).rejects.toThrow(SchemaVersionError);
    await expect(refused).rejects.toThrow(/sprout\.json has schemaVersion 9; this lab reads 2/);
    expect(await everyFile()).toEqual(before);
  });
});

describe("charts", () => {
  it("removes those that nothing shows any more and no other file", async () => {
    await mkdir(path.join(folder, "charts"));
    await writeFile(path.join(folder, "charts", "old-decode-light.svg"), "<svg/>");
    await writeFile(path.join(folder, "charts", "by-hand.svg"), "<svg/>");
    await putRun("a", smallRun());
    await report();
    const names = await readdir(path.join(folder, "charts"));
    expect(names).toContain("by-hand.svg");
    expect(names).toContain("sprout-decode-dark.svg");
    expect(names).not.toContain("old-decode-light.svg");
    for (const [, name] of (await readme()).matchAll(/(?:src|srcset)="charts\/([^"]+)"/g))
      expect(names).toContain(name);
  });
});

describe("reportAndPrint", () => {
  it("prints a kept run with its verdict, finding and files", async () => {
    await putRun("a", smallRun());
    await reportAndPrint({ folder, experiment, log });
    const text = lines.join("\n");
    expect(text).toMatch(/Decode, tok\/s +│ 2,480 \(2,460–2,490\)/);
    expect(text).toMatch(/Verdict: valid/);
    expect(text).toMatch(/Against Q4_K_M, Q5_K_M decodes/);
    expect(text).toMatch(/Figures: sprout\.json/);
  });

  it("labels what is shown and not kept", async () => {
    await putRun("a", later({ full: false, overrides: { threads: 4 } }));
    await reportAndPrint({ folder, experiment, log });
    expect(lines.join("\n")).toMatch(/\(changed protocol: threads=4; results are untouched\)/);
    expect(lines.join("\n")).not.toMatch(/Figures:/);
  });
});
