import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readDocument, readJsonFile } from "@quantlab/core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { lab, startLab } from "./lab.ts";
import { isRunning, processesStartedBy } from "./processes.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-harness-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const asked = ["eval", "--harness", "lm-eval", "-t", "1"];

it("keeps lm-evaluation-harness's results as ours, and its own beside them", async () => {
  const output = path.join(folder, "out.json");
  const { code, stdout } = await lab([...asked, "--limit", "4", "-o", output]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Asked and judged by lm-evaluation-harness \d+\.\d+/m);
  const ours = await readDocument("evaluation", output);
  expect(ours.harness?.name).toBe("lm-evaluation-harness");
  const { results } = (await readJsonFile(path.join(folder, "out.lm-eval.json"))) as {
    results: Record<string, Record<string, number>>;
  };
  for (const [name, task] of Object.entries(ours.tasks)) {
    const own = results[name]!;
    if (task.kind === "generation") expect(task.accuracy.value).toBe(own["exact_match,none"]);
    else {
      expect(task.accuracy.value).toBe(own["acc_token,none"]);
      expect(task.accuracyOfSum.value).toBe(own["acc,none"]);
      expect(task.accuracyPerCharacter.value).toBe(own["acc_norm,none"]);
    }
  }
});

it("warns of questions beyond what the model was trained on, with both numbers", async () => {
  const tasks = path.join(folder, "long.jsonl");
  const long = { id: "a", prompt: "word ".repeat(1500).trim(), choices: [" 4.", " 5."], answer: 0 };
  await writeFile(tasks, `${JSON.stringify(long)}\n`);
  const { code, stderr } = await lab([...asked, "--tasks", tasks]);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^warning: \d{4} tokens in a row are more than the 1024 that/m);
});

it("ends the harness too at Ctrl-C, and writes nothing", async () => {
  const output = path.join(folder, "interrupted.json");
  const child = startLab([...asked, "-o", output]);
  const started = await vi.waitFor(
    () => {
      const found = processesStartedBy(child.pid!);
      expect(found).not.toEqual([]);
      const commands = execFileSync("ps", ["-o", "args=", "-p", found.join(",")], { encoding: "utf8" });
      expect(commands).toContain("quantlab_lm_eval");
      return found;
    },
    { timeout: 120_000, interval: 100 },
  );
  child.kill("SIGINT");
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(130);
  await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: 10_000 });
  expect((await readdir(folder)).filter((name) => name.startsWith("interrupted"))).toEqual([]);
});
