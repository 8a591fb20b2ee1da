import { execFileSync } from "node:child_process";
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Evaluation, readDocument } from "@quantlab/core";
import { wilsonInterval } from "@quantlab/shared-metrics";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { writeBrokenModel, writeModelWithoutTemplate } from "./changed-model.ts";
import { documentOf, lab, startLab } from "./lab.ts";
import { isRunning, processesStartedBy } from "./processes.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-eval-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, lines: readonly unknown[]) => {
  const file = path.join(folder, name);
  await writeFile(
    file,
    lines.map((each) => `${typeof each === "string" ? each : JSON.stringify(each)}\n`).join(""),
  );
  return file;
};

async function evaluated(...more: string[]): Promise<Evaluation> {
  const document = documentOf(await lab(["eval", "-t", "1", "--json", ...more]));
  if (!document.ok) throw new Error(document.error.message);
  return document.data as unknown as Evaluation;
}

const item = { id: "a-1", prompt: "2 plus 2 is", choices: [" 4.", " 5."], answer: 0 };

describe("lab eval", () => {
  it("answers the shipped tasks with the shipped model: figures, chance, and every answer", async () => {
    const { tasks, metrics, model, limit } = await evaluated("--limit", "12");
    expect([model.id, model.quantization, limit]).toEqual(["sprout", "F16", 12]);
    expect(Object.keys(tasks)).toEqual([
      "addition",
      "recall",
      "subtraction",
      "taught",
      "tracking",
      "two-step",
    ]);
    for (const task of Object.values(tasks)) {
      expect(task.answers).toHaveLength(12);
      const right = task.answers.filter(({ correct }) => correct).length;
      expect(task.accuracy).toMatchObject({ value: right / 12, ci95: wilsonInterval(right, 12) });
    }
    expect(tasks.recall!.chance).toBe(0.25);
    expect(tasks.taught).toMatchObject({
      kind: "generation",
      chance: null,
      accuracyOfSum: { value: null, reason: "the answers are generated" },
    });
    expect(tasks.taught!.accuracy.value).toBeGreaterThan(0.5);
    expect(metrics.accuracy.value).toBeGreaterThan(0.25);
    expect(metrics.flips).toMatchObject({ value: null, reason: "no reference was named" });
  });

  it("compares choices by token, as a whole and by character, each for itself", async () => {
    const lines = ["a long answer indeed, of many words.", "it.", "Öl!"].map((last, index) => ({
      ctx: "The sun was shining on",
      endings: ["the wet stones of the square.", last],
      label: index % 2,
    }));
    const { tasks } = await evaluated("--tasks", await write("endings.jsonl", lines));
    for (const [index, answer] of tasks.endings!.answers.entries()) {
      const lengths = ["the wet stones of the square.", lines[index]!.endings[1]!].map(
        (each) => [...each].length,
      );
      const best = (values: readonly number[]) => values.indexOf(Math.max(...values)) === lines[index]!.label;
      const { logLikelihoods: logs, tokens } = answer;
      expect(answer.correctOfSum).toBe(best(logs));
      expect(answer.correct).toBe(best(logs.map((log, choice) => log / tokens[choice]!)));
      expect(answer.correctPerCharacter).toBe(best(logs.map((log, choice) => log / lengths[choice]!)));
    }
  });

  it("counts what flipped against a reference, and prints one table of it", async () => {
    const output = path.join(folder, "q2.json");
    const { code, stdout } = await lab([
      ...["eval", "-m", "sprout:Q2_K", "--reference", "sprout:F16", "--limit", "12", "-t", "1", "-o", output],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^task +items +accuracy +of the sum +per character +flips +chance$/m);
    expect(stdout).toMatch(/^all choices +60( +\d+\.\d \(\d+\.\d–\d+\.\d\)){4}$/m);
    expect(stdout).toContain("right and wrong against sprout:F16");
    expect(stdout).toContain(`wrote ${output}`);
    const kept = await readDocument("evaluation", output);
    const before = await evaluated("--limit", "12");
    const changed = Object.entries(kept.tasks).flatMap(([name, { kind, answers }]) =>
      kind === "generation"
        ? []
        : answers.map(({ correct }, place) => correct !== before.tasks[name]!.answers[place]!.correct),
    );
    const flipped = changed.filter(Boolean).length;
    expect(kept.metrics.flips).toMatchObject({ value: flipped / 60, ci95: wilsonInterval(flipped, 60) });
    expect(flipped).toBeGreaterThan(0);
    expect(flipped).toBeLessThan(30);
  });

  it("reads files in common layouts, from where the user stands", async () => {
    const arc = {
      id: "q",
      question: "What is hot?",
      choices: { text: ["ice", "fire"], label: ["A", "B"] },
      answerKey: "B",
    };
    await write("arc.jsonl", [arc]);
    await write("mmlu.csv", ["What is 2 plus 2?,3,4,5,6,B"]);
    await write("CAPITALS.CSV", ["\uFEFFquestion,A,B,C,D,answer\nWhat?,1,2,3,4,b"]);
    await write("gsm8k.jsonl", [{ question: "What is 12 plus 3?", answer: "#### 15" }]);
    const files = ["arc.jsonl", "mmlu.csv", "CAPITALS.CSV", "gsm8k.jsonl"];
    const answer = await lab(["eval", "--json", "--tasks", ...files], { env: { INIT_CWD: folder } });
    const document = documentOf(answer);
    expect(document).toMatchObject({
      ok: true,
      data: {
        tasks: {
          arc: { layout: "arc", items: 1, chance: 0.5 },
          mmlu: { layout: "mmlu", items: 1, chance: 0.25 },
          CAPITALS: { layout: "mmlu", items: 1, chance: 0.25 },
          gsm8k: { layout: "gsm8k", items: 1, answers: [{ output: expect.stringMatching(/\w/) }] },
        },
      },
    });
  });

  it("says what an API without logits cannot answer", async () => {
    const { tasks, metrics } = await evaluated("--backend", "session", "--limit", "3");
    expect(tasks.taught!.accuracy.value).not.toBeNull();
    const reason = "this API shows no logits; the engine backend does";
    expect(tasks.recall).toMatchObject({ items: 0, chance: null, accuracy: { value: null, reason } });
    expect(metrics.accuracyOfSum).toMatchObject({ value: null, reason });
  });
});

describe("lab eval refuses", () => {
  it.each([
    [["--tasks", "recall"], 1, "recall: no such file or folder", "models/sprout/tasks"],
    [["-m", "nowhere.gguf"], 1, "nowhere.gguf", "check the path"],
    [["-m", "spruot:F16"], 2, 'unknown model "spruot"', "did you mean sprout?"],
    [["--reference", "sprout:Q4_KM"], 2, 'unknown quantization "Q4_KM"', "did you mean Q4_K_M?"],
    [["--limit", "0"], 2, '--limit "0"', "whole number"],
    [["--harness", "lm_eval"], 2, 'unknown harness "lm_eval"', "did you mean lm-eval?"],
    [["--backend", "onnx"], 2, 'unknown backend "onnx"', "Available: engine"],
    [["--reference", "sprout:float32"], 2, "sprout:float32 is a model in hf form", "GGUF"],
  ])("%j", async (values, exitCode, problem, remedy) => {
    const { code, stdout, stderr } = await lab(["eval", ...values]);
    expect([code, stdout]).toEqual([exitCode, ""]);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(remedy);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  it("a malformed line before a model is loaded, two tasks of one name, and a choice that breaks its prompt", async () => {
    const refusal = async (model: string, ...tasks: string[]) => {
      const { code, stdout, stderr } = await lab(["eval", "-m", model, "--tasks", ...tasks]);
      expect([code === 0, stdout]).toEqual([false, ""]);
      return stderr;
    };
    const bad = await write("bad.jsonl", [item, { ...item, id: "a-2", answer: 2 }]);
    expect(await refusal("nowhere.gguf", bad)).toContain(
      'bad.jsonl: line 2: "answer" must be a whole number from 0 to 1; it is 2',
    );
    const good = await write("good.jsonl", [item]);
    expect(await refusal("nowhere.gguf", good, good)).toContain("two tasks are named good");
    const broken = await write("broken.jsonl", [
      { ...item, prompt: "The ca", choices: ["t sat", "r stopped"] },
    ]);
    // Among others, and last: nothing has been answered by then.
    const last = await write("last.jsonl", [
      item,
      { ...item, id: "t9", prompt: "The sky is ", choices: ["blue", "red"] },
    ]);
    for (const [files, problem] of [
      [[good, broken], 'broken.jsonl: "a-1": the choice "t sat" changes the tokens of its prompt'],
      [[last], 'last.jsonl: "t9": the choice "blue" changes the tokens of its prompt'],
    ] as const) {
      const said = await refusal("sprout:Q4_K_M", ...files);
      expect(said).toContain(problem);
      expect(said).not.toContain("answering");
    }
    const blank = await write("blank.jsonl", [item, { ...item, id: "a-2", choices: [" ", " 5."] }]);
    expect(await refusal("nowhere.gguf", blank)).toContain('blank.jsonl: line 2: the choice " " is blank');
  });

  it.each(["engine", "session"])(
    "%s a task that wants a chat template of a model without one, before others are answered",
    async (backend) => {
      const model = await writeModelWithoutTemplate(path.join(folder, "plain.gguf"));
      const choices = await write("choices.jsonl", [item]);
      const written = await write("written.jsonl", [{ question: "What is 12 plus 3?", answer: "#### 15" }]);
      const asked = ["eval", "-t", "1", "-m", model, "--backend", backend, "--tasks"];
      const { code, stdout, stderr } = await lab([...asked, choices, written]);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(
        /^error: .*written\.jsonl: "line-1" is asked in chat, and .*plain\.gguf has no chat template\nchoose an instruct model, or leave this task out\n$/,
      );
      expect((await lab([...asked, choices])).code).toBe(0);
    },
  );

  it("a model whose logits are no numbers, and a context that the question does not fit into", async () => {
    const asked = ["eval", "-t", "1", "--tasks", await write("one.jsonl", [item])];
    const broken = await lab([...asked, "-m", await writeBrokenModel(path.join(folder, "broken.gguf"))]);
    expect([broken.code, broken.stdout]).toEqual([1, ""]);
    expect(broken.stderr).toMatch(/^error: llama\.cpp: gave no usable logits at position \d+$/m);
    const written = await write("written.jsonl", [{ question: "What is 12 plus 3?", answer: "#### 15" }]);
    for (const backend of ["engine", "session"]) {
      const chosen = ["--backend", backend, "-m", path.join(folder, "broken.gguf"), "--tasks", written];
      const { code, stdout, stderr } = await lab(["eval", "-t", "1", ...chosen]);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(
        /^error: \S+: gave no usable logits at position \d+\nget the model again: its weights are damaged\n$/,
      );
    }
    const long = { question: "What is 12 plus 3? ".repeat(100), answer: "#### 15" };
    const tasks = await write("long.jsonl", [long]);
    const narrow = await lab(["eval", "-t", "1", "--tasks", tasks, "-c", "256"]);
    expect([narrow.code, narrow.stdout]).toEqual([1, ""]);
    expect(narrow.stderr).toMatch(
      /long\.jsonl: "line-1": prompt and answer need (\d+) places, the context has 256\nset -c to \1 or more\n$/,
    );
  });

  it("a place where nothing can be written, before a model answers", async () => {
    const kept = await write("kept", ["old"]);
    const tasks = await write("asked.jsonl", [item]);
    await mkdir(path.join(folder, "taken.lm-eval.json"));
    const pipe = path.join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const linked = path.join(folder, "linked.jsonl");
    await symlink(tasks, linked);
    const hard = path.join(folder, "hard.jsonl");
    await link(tasks, hard);
    for (const [output, problem] of [
      [path.join(kept, "x.json"), `${kept} is no folder`],
      [path.join(kept, "below", "x.json"), `${kept} cannot be used: not a directory`],
      [folder, "is a folder"],
      [path.join(folder, "taken.json"), `${path.join(folder, "taken.lm-eval.json")}: is a folder`],
      [pipe, "is no ordinary file"],
      [tasks, `asked.jsonl: is an input: ${tasks} is read`],
      [hard, `hard.jsonl: is an input: ${tasks} is read`],
      [linked, "linked.jsonl: is a link"],
      [kept, "kept: exists already, and the lab did not write it"],
    ] as const) {
      const asked = ["eval", "--tasks", tasks, "--harness", "lm-eval", "-o", output];
      const { code, stdout, stderr } = await lab(asked);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^error: .*\ngive .*another (name|place).*\n$/);
      expect(stderr).toContain(problem);
    }
  });
});

describe("lab eval of questions beyond what the model was trained on", () => {
  it.each([
    ["choices", { ...item, prompt: "word ".repeat(1500).trim() }],
    ["a written answer", { id: "w", question: "word ".repeat(1500), answer: "9", accept: ["9"] }],
  ])("warns, with both numbers: %s", async (_what, long) => {
    const tasks = await write("long.jsonl", [long]);
    const { code, stderr } = await lab(["eval", "-t", "2", "--tasks", tasks]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^warning: \d{4} tokens in a row are more than the 1024 that/m);
  });
});

describe("lab eval that breaks in the middle", () => {
  it("because its engine was killed tells and writes what was answered, and fails", async () => {
    const output = path.join(folder, "part.json");
    // More than a fast machine answers in the ten seconds after which progress is told.
    const many = Array.from({ length: 50_000 }, (_, index) => ({ ...item, id: `a-${index}` }));
    const asked = ["--tasks", await write("many.jsonl", many)];
    const child = startLab(["eval", "-t", "1", ...asked, "-o", output]);
    let [told, said] = ["", ""];
    child.stdout!.setEncoding("utf8").on("data", (part: string) => {
      told += part;
    });
    child.stderr!.setEncoding("utf8").on("data", (part: string) => {
      said += part;
    });
    await vi.waitFor(() => expect(said).toMatch(/^answering .* of /m), { timeout: 240_000, interval: 20 });
    for (const pid of processesStartedBy(child.pid!)) process.kill(pid, "SIGKILL");
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(1);
    expect(said).toMatch(/^error: llama\.cpp: its process was ended by SIGKILL/m);
    expect(told).toMatch(
      /^Broken off: these are the answers up to then\. llama\.cpp: its process was ended/m,
    );
    const { brokenOff, tasks } = await readDocument("evaluation", output);
    expect(brokenOff).toMatch(/^llama\.cpp: its process was ended by SIGKILL/);
    const [[name, task], ...rest] = Object.entries(tasks) as [[string, Evaluation["tasks"][string]]];
    expect([name, rest]).toEqual(["many", []]);
    expect(task.items).toBeGreaterThan(0);
    expect(task.items).toBeLessThan(many.length);
    expect(task.answers).toHaveLength(task.items);
  });

  it("with its reference keeps what the model has answered", async () => {
    const reference = await writeBrokenModel(path.join(folder, "broken.gguf"));
    const tasks = await write("one.jsonl", [item]);
    const asked = ["eval", "-t", "1", "--tasks", tasks, "--reference", reference, "--json"];
    const answer = await lab(asked);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/^error: llama\.cpp: gave no usable logits at position \d+$/m);
    expect(documentOf(answer)).toMatchObject({
      ok: true,
      data: {
        brokenOff: expect.stringContaining("gave no usable logits"),
        tasks: { one: { items: 1, flips: { value: null, reason: "the reference answered nothing" } } },
      },
    });
  });
});

it("leaves no process behind at Ctrl-C in the middle, and what it would have replaced as it was", async () => {
  const output = path.join(folder, "interrupted.json");
  await lab(["eval", "-t", "1", "--limit", "1", "-o", output]);
  const earlier = await readFile(output, "utf8");
  const before = await readdir(folder);
  const child = startLab(["eval", "-t", "1", "-o", output]);
  let said = "";
  child.stderr!.setEncoding("utf8").on("data", (part: string) => {
    said += part;
  });
  await vi.waitFor(() => expect(said).toMatch(/^answering .* of /m), { timeout: 240_000, interval: 20 });
  const started = processesStartedBy(child.pid!);
  expect(started).not.toEqual([]);
  child.kill("SIGINT");
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(130);
  expect(said).toMatch(/^error: interrupted by SIGINT$/m);
  await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: 5000 });
  expect(await readFile(output, "utf8")).toBe(earlier);
  expect(await readdir(folder)).toEqual(before);
});
