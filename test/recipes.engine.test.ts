// CONTRIBUTING's table, followed to the letter: one of each in a copy of the repository, and nothing told in a third place.
import { spawnSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pnpmCommand } from "../scripts/run-pnpm.ts";
import { copyWorkspace } from "./support/workspace-copy.ts";

const [pnpm, ...first] = pnpmCommand();
const reason = spawnSync(pnpm, [...first, "--version"]).status === 0 ? null : "there is no pnpm to run";

/** What is new, by the first column of the table: files below the second column's place, and the line of the third's. */
const additions: Readonly<Record<string, { files: Readonly<Record<string, string>>; line: string }>> = {
  engine: {
    files: {
      "package.json": JSON.stringify({
        name: "@quantlab/added",
        version: "0.1.0",
        private: true,
        type: "module",
        exports: { ".": "./src/index.ts" },
        dependencies: { "@quantlab/core": "workspace:*" },
      }),
      "src/index.ts": `import { type Engine, type Session, UnknownOptionError } from "@quantlab/core";

const engine: Session["engine"] = {
  pid: process.pid,
  name: "added",
  version: "1",
  devices: ["CPU"],
  threads: 1,
  contextSize: 64,
  kvCacheTypes: null,
  flashAttention: null,
  buffers: {},
};

const session: Session = {
  engine,
  sequences: 1,
  tokenize: async (text) => Int32Array.from(text, (letter) => letter.codePointAt(0)!),
  detokenize: async (ids) => String.fromCodePoint(...ids),
  formatChat: async (messages) => messages.map(({ content }) => content).join(),
  async generate({ promptIds, newTokens, onToken }) {
    const startedAtMs = performance.timeOrigin + performance.now();
    const tokens = Array.from({ length: newTokens }, (_, index) => index + 1);
    for (const _ of tokens) onToken?.(97);
    return {
      startedAtMs,
      promptDoneAtMs: startedAtMs,
      promptTokens: promptIds.length,
      tokenAtMs: tokens.map((token) => startedAtMs + token),
      tokenIds: tokens.map(() => 97),
      engineCounters: {},
    };
  },
  async [Symbol.asyncDispose]() {},
};

export const engines: readonly Engine[] = [
  {
    id: "added",
    name: "added",
    title: "Added",
    about: "an engine of a test",
    model: "sprout:F16",
    form: "gguf",
    options: {},
    backend(options = {}) {
      const [unknown] = Object.keys(options);
      if (unknown !== undefined) throw new UnknownOptionError("added", unknown, []);
      return {
        specVersion: 1,
        id: "added",
        form: "gguf",
        options,
        environment: {},
        withOptions: (changes) => this.backend(changes),
        probe: async () => ({ available: true, version: "1" }),
        load: async () => session,
      };
    },
  },
];
`,
    },
    line: '  import("@quantlab/added"),',
  },
  scenario: {
    files: {
      "scenario.ts": `import type { NamedWorkload, Scenario } from "@quantlab/core";
import type { Sample } from "./sample.ts";
import type { Workload } from "./workload.ts";

/** Waits. */
export const pause: Scenario<Workload, Sample> = {
  id: "pause",
  once: false,
  synthetic: true,
  flags: { turns: { field: "turns", about: "turns of the event loop", least: 1 } },
  quick: (workload) => workload,
  describe: ({ turns }) => \`\${turns} turns are waited for.\`,
  async perform(_subject, { turns }, block) {
    await block.phase("before");
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    await block.phase("after");
    return { waited: turns };
  },
};

export const waiting = (workload: Workload): NamedWorkload => ({ scenario: pause.id, workload: { ...workload } });
`,
      "workload.ts": `export interface Workload {
  /** @asType integer */
  readonly turns: number;
}
`,
      "sample.ts": `export interface Sample {
  readonly waited: number;
}
`,
    },
    line: 'export { pause } from "./pause/scenario.ts";',
  },
  metric: {
    files: {
      "": `import { blockMetric } from "../block-metric.ts";

/** Turns that were waited for. */
export const turnsWaited = blockMetric<{ readonly waited: number }>({
  name: "turnsWaited",
  unit: "turns",
  better: null,
  display: {
    heading: "Turns",
    noun: "turns",
    unit: "",
    scale: 1,
    digits: 3,
    more: "more",
    less: "fewer",
    kind: "cost",
  },
  scenario: "pause",
  read: ({ waited }) => waited,
});
`,
    },
    line: 'export { turnsWaited } from "./metrics/turns-waited.ts";',
  },
  "verb of `lab`": {
    files: {
      "verb.ts": `import type { Command } from "commander";
import type { Act } from "../frame/verb.ts";

export const summary = "greet somebody";

export function declare(command: Command, act: Act): void {
  command
    .argument("<name>")
    .action(act(async (_context, name: string) => ({ data: { name }, text: \`Good day, \${name}.\\n\` })));
}
`,
    },
    line: '  greet: () => import("./greet/verb.ts"),',
  },
};

const names: Readonly<Record<string, string>> = {
  engine: "added",
  scenario: "pause",
  metric: "turns-waited",
  "verb of `lab`": "greet",
};

const experiment = `import { defineExperiment } from "@quantlab/core";
import { turnsWaited } from "@quantlab/shared-metrics";

const arm = { model: "sprout:F16", engine: { id: "added", options: {} } };

export default defineExperiment({
  id: "ID",
  question: "Does what was added work?",
  arms: { one: arm, two: arm },
  baseline: "one",
  workloads: [{ scenario: "pause", workload: { turns: 7 } }],
  protocol: { blocks: 2, order: "abba", seed: 1 },
  report: [turnsWaited],
});
`;

describe.skipIf(reason)(`CONTRIBUTING's recipes${reason ? ` (not tested: ${reason})` : ""}`, () => {
  let copy: string;
  beforeAll(async () => {
    copy = await copyWorkspace();
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  const fresh = { pnpm_config_offline: "true", pnpm_config_verify_deps_before_run: "install" };
  const run = async (...values: string[]) => {
    const env = { ...fresh, CI: "true", INIT_CWD: copy, TMPDIR: copy };
    const done = await execa(pnpm, [...first, ...values], { cwd: copy, env, reject: false, all: true });
    expect(done.exitCode, done.all).toBe(0);
    return done.stdout;
  };

  const read = (file: string) => readFile(path.join(copy, file), "utf8");
  async function write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(copy, file)), { recursive: true });
    await writeFile(path.join(copy, file), text);
  }

  /** Adds a line to a list: behind the last line that looks like it. */
  async function addLine(file: string, line: string): Promise<void> {
    const lines = (await read(file)).split("\n");
    const like = (each: string) => /^(\s+import\(|export \{|\s+\w+: \(\) => import)/.exec(each)?.[1];
    const last = lines.findLastIndex(
      (each) => like(each) !== undefined && like(each)?.trim()[0] === line.trim()[0],
    );
    await write(file, lines.toSpliced(last + 1, 0, line).join("\n"));
  }

  it("add an engine, a scenario, a metric and a verb that work", { timeout: 900_000 }, async () => {
    const rows = [...(await read("CONTRIBUTING.md")).matchAll(/^\| ([^|]+) \| `([^`]+)` \| `([^`]+)` \|$/gm)];
    expect(rows.map(([, what]) => what)).toEqual(Object.keys(additions));
    for (const [, what = "", place = "", list = ""] of rows) {
      const { files, line } = additions[what]!;
      const where = place.replace(/<\w+>/, names[what]!);
      for (const [name, text] of Object.entries(files)) await write(path.join(where, name), text);
      await addLine(list, line);
    }
    // What every package has: its dependencies, and its arrows.
    const manifest = JSON.parse(await read("packages/engines/package.json"));
    manifest.dependencies["@quantlab/added"] = "workspace:*";
    await write("packages/engines/package.json", JSON.stringify(manifest, null, 2));
    const drawing = (await read("AGENTS.md"))
      .replace(/^(engines ─+> )/m, "$1added, ")
      .replace(/^core$/m, "added ─> core\ncore");
    await write("AGENTS.md", drawing);
    await run("install", "--no-frozen-lockfile");
    await run("schemas");

    const bin = (name: string) => path.join(copy, "node_modules/.bin", name);
    const types = await execa(bin("tsc"), ["-p", "tsconfig.json"], { cwd: copy, reject: false, all: true });
    expect(types.exitCode, types.all).toBe(0);
    await execa(bin("node"), ["scripts/structure/check.ts"], { cwd: copy });

    expect(await run("lab", "greet", "Ada")).toContain("Good day, Ada.");
    expect(await run("lab", "generate", "--backend", "added", "-p", "Who?", "-n", "3")).toContain("aaa");

    const made = await run("new-experiment", "added");
    const [, id = "", place = ""] = /Made (?=experiments\/(exp\d+))(\S+)\. /.exec(made) ?? [];
    await write(`${place}/experiment.ts`, experiment.replace("ID", id));
    const shown = await run("--filter", id, "start", "--quick", "--turns", "5");
    expect(shown).toMatch(/Turns.*5\.00.*5\.00/);
  });
});
