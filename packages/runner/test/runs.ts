import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Block, type Run, readDocument } from "@quantlab/core";
import { execa } from "execa";

/** Block processes start slowly on a busy machine; no test asserts a time. */
export const patience = 120_000;

/** A place of its own for a test: experiment folders, log, and locks that no other test shares. */
export class Bench {
  readonly root = mkdtempSync(path.join(tmpdir(), "runner-test-"));
  readonly log = path.join(this.root, "log");

  folder(name = "experiment"): string {
    const folder = path.join(this.root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Starts a fixture in a runner process of its own. */
  start(
    fixture: string,
    argv: readonly string[] = [],
    options: { folder?: string; baseline?: string; env?: Readonly<Record<string, string>> } = {},
  ) {
    const here = import.meta.dirname;
    return execa(
      process.execPath,
      [
        path.join(here, "fixtures/run.ts"),
        path.join(here, "fixtures", `${fixture}.ts`),
        options.folder ?? this.folder(),
        ...argv,
      ],
      {
        reject: false,
        env: {
          TMPDIR: this.root,
          FIXTURE_LOG: this.log,
          ...(options.baseline ? { FIXTURE_BASELINE: options.baseline } : {}),
          ...options.env,
        },
      },
    );
  }

  /** Runs a fixture to its end and reads what it wrote. */
  async run(
    fixture: string,
    argv: readonly string[] = [],
    options: Parameters<Bench["start"]>[2] = {},
  ): Promise<{ run: Run; blocks: (arm: string) => Block[]; exitCode: number | undefined; stderr: string }> {
    const { exitCode, stderr, stdout } = await this.start(fixture, argv, options);
    if (!existsSync(stdout)) throw new Error(`no run was written: ${stderr}`);
    const run = await readDocument("run", stdout);
    return { run, blocks: (arm) => run.blocks.filter((block) => block.arm === arm), exitCode, stderr };
  }

  runFiles(name = "experiment"): string[] {
    const folder = path.join(this.root, name, ".runs");
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  logLines(): string[] {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").trim().split("\n").filter(Boolean) : [];
  }

  /** Processes that the fixtures wrote down. */
  pids(): number[] {
    return [...new Set(this.logLines().map((line) => Number(line.split(" ")[0])))];
  }
}

/** Waits until `condition` holds, as long as a test may take. */
export async function until(condition: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(patience);
  while (!condition()) await sleep(50, undefined, { signal });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

/** An ended process that nobody has waited for yet (Linux). */
function isZombie(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && readFileSync(stat, "utf8").includes(") Z ");
}
