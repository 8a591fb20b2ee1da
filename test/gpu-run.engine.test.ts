// exp2 on a Vulkan device in software, as its start script runs it on a GPU.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Block,
  loadExperiment,
  type Result,
  type Run,
  readDocument,
} from "../packages/core/src/index.ts";
import { toResult } from "../packages/report/src/index.ts";
import type { GenerateSample } from "../packages/scenarios/src/index.ts";
import { judge } from "../shared-metrics/src/index.ts";
import { ExperimentCopy, script } from "./support/experiment.ts";
import { type SoftwareVulkan, softwareVulkan } from "./support/software-vulkan.ts";

const patience = 600_000;

describe("exp2 on a device in software", { timeout: patience }, () => {
  let device: SoftwareVulkan;
  let run: Run;
  let result: Result;
  let printed: string;

  beforeAll(async () => {
    device = await softwareVulkan();
    if (device.missing !== null) return;
    const copy = new ExperimentCopy("exp2-q4");
    // All of its text would take a device in software minutes, and Mesa 22's breaks off in the middle of the questions.
    const module = path.join(copy.folder, "experiment.ts");
    const original = (await readFile(module, "utf8")).replace("export { default }", "import experiment");
    await writeFile(
      module,
      `${original}
const workloads = experiment.workloads.map(({ scenario, workload }) =>
  scenario === "score" ? { scenario, workload: { ...workload, chunks: 1, answers: false } } : { scenario, workload },
);
const report = experiment.report.filter(({ name }) => name !== "accuracy");
export default { ...experiment, workloads, report };\n`,
    );
    const few = ["--quick", "--model", "sprout", "--warmups", "0", "--generations", "1", "--new-tokens", "8"];
    const { INIT_CWD: _, ...inherited } = process.env;
    const env = { ...inherited, ...copy.env, ...device.environment };
    const started = await promisify(execFile)(process.execPath, [script, ...few], { cwd: copy.folder, env });
    printed = started.stdout;
    const [file = ""] = copy.runs();
    run = await readDocument("run", path.join(copy.folder, ".runs", file));
    result = toResult(run, await loadExperiment(path.join(copy.folder, "experiment.ts")));
  }, patience);

  /** A test that is skipped, with the reason, where there is no such device. */
  const onDevice = (name: string, check: () => void) =>
    it(name, ({ skip }) => (device.missing === null ? check() : skip(device.missing)));

  const generations = () =>
    run.blocks.filter(({ scenario }) => scenario === "generate") as Block<GenerateSample>[];
  const figure = (arm: string, metric: string) => result.arms[arm]!.metrics[metric]!.value!;

  onDevice("computes there in every arm, the session as the engine", () => {
    expect(run.blocks.filter(({ status }) => status !== "measured")).toEqual([]);
    for (const arm of ["f16", "q4", "f16-session", "q4-session"])
      expect(result.arms[arm]?.engine?.devices.join()).toContain("llvmpipe");
  });

  onDevice("shows the device's memory beside the process's, and less of it for smaller weights", () => {
    for (const { sample, model, memory } of generations()) {
      const { afterLoad, now, peak, buffers, inProcess, counted } = sample!.device!.memory;
      // A part of the weights, the table of embeddings, stays with the CPU.
      expect(buffers).toBeGreaterThan(model!.bytes / 2);
      expect([afterLoad, now, peak]).toEqual([buffers, buffers, buffers]);
      // What a device in software has, the process has.
      expect([inProcess, counted]).toEqual([true, "buffers"]);
      expect(memory!.peak).toBeGreaterThan(buffers);
    }
    for (const kind of ["", "-session"])
      expect(figure(`q4${kind}`, "peakDeviceBytes")).toBeLessThan(figure(`f16${kind}`, "peakDeviceBytes"));
    expect(printed).toMatch(/Peak device memory, MiB/);
    expect(printed).toMatch(/Peak memory, MiB RSS/);
  });

  onDevice("claims memory by both, and counts what is in both once", () => {
    for (const arm of Object.keys(result.arms))
      expect(figure(arm, "peakMemoryBytes")).toBe(figure(arm, "peakRssBytes"));
    expect(result.effects.q4).toHaveProperty("peakMemoryBytes");
    expect(printed.replaceAll(/\s+/g, " ")).toMatch(
      /the memory, the device's included|peak memory with the device's/,
    );
  });

  onDevice("compiles the device's programs in a pass that no figure counts, without any warm-up, too", () => {
    for (const { sample } of generations()) {
      const [compiled, ...more] = sample!.warmups;
      expect([compiled?.tokenIds.length, more]).toEqual([2, []]);
      expect(sample!.generations.map(({ tokenIds }) => tokenIds.length)).toEqual([8]);
      expect(sample!.generations[0]!.startedAtMs).toBeGreaterThan(compiled!.tokenAtMs.at(-1)!);
    }
  });

  onDevice("takes its verdict from the device, whatever the CPU's kernel says", () => {
    const changed = (change: (block: Block<GenerateSample>) => Partial<Block<GenerateSample>>) => ({
      ...run,
      blocks: run.blocks.map((block) => ({ ...block, ...change(block as Block<GenerateSample>) })),
    });
    const slowCpu = changed(({ arm, guards }) => ({
      guards: { ...guards, calibrationMs: arm === "q4" ? [900, 900] : [100, 100] },
    }));
    expect(judge(slowCpu)).toEqual(judge(run));
    const slowDevice = changed(({ arm, sample }) => {
      const { device } = sample ?? {};
      if (!device) return {};
      const times = arm === "q4" ? ([900, 900] as const) : ([100, 100] as const);
      const calibration = { ...device.calibration!, milliseconds: times };
      return { sample: { ...sample!, device: { ...device, calibration } } };
    });
    const { state, reasons } = judge(slowDevice);
    expect(state).toBe("invalid");
    expect(reasons[0]).toMatch(/^the calibration kernel on Vulkan0 \(llvmpipe.*\) took 900\.0 ms/);
  });
});
