import { execFile } from "node:child_process";
import { copyFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type Run, readDocument } from "@quantlab/core";
import { resolveModel } from "@quantlab/engines";
import { describe, expect, it } from "vitest";

const experiment = path.join(import.meta.dirname, "../experiment.ts");

/** Runs some arms in a process and a folder of their own; the run, and what was said. */
async function run(...argv: string[]): Promise<{ run: Run; stderr: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "quantlab-exp8-"));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [path.join(import.meta.dirname, "run-program.ts"), experiment, folder, ...argv],
    { cwd: import.meta.dirname, env: { ...process.env, TMPDIR: folder } },
  );
  return { run: await readDocument("run", stdout.trim()), stderr };
}

describe("--llamacpp-model-path", () => {
  it("takes a file as it is for the llama.cpp arms, and skips those that would run another model", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "quantlab-exp8-"));
    const mine = path.join(folder, "mine.gguf");
    const made = await resolveModel("sprout:Q5_K_M");
    await copyFile(made.path, mine);
    const few = ["--quick", "--blocks", "1", "--arms", "engine,session,float32"];
    const { run: kept, stderr } = await run(...few, "--llamacpp-model-path", mine);
    const block = (arm: string) => kept.blocks.find((each) => each.arm === arm)!;
    for (const arm of ["engine", "session"]) {
      expect(block(arm)).toMatchObject({ status: "measured", model: { sha256: made.sha256 } });
      expect(kept.arms.find(({ name }) => name === arm)?.quantization).toBe("Q5_K_M");
    }
    expect(block("float32").status).toBe("skipped");
    expect(stderr).toContain("float32 is skipped: --llamacpp-model-path gives other arms another model");
    expect(kept).toMatchObject({ full: false, overrides: { "llamacpp-model-path": "./mine.gguf" } });
    // No path of this machine stands in a run.
    expect(JSON.stringify(kept)).not.toContain(folder);
  });
});
