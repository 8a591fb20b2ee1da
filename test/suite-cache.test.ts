// What `pnpm start` replays and what it measures again: the real turbo on a copy of the workspace, in which measuring
// only leaves a file and the host is what the test says.
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repositoryRoot } from "../packages/core/src/index.ts";
import { copyWorkspace } from "./support/workspace-copy.ts";

let copy: string;

beforeAll(async () => {
  copy = await copyWorkspace((file) => !/^models\/sprout\/(?!text\/)/.test(file));
  await writeFile(
    path.join(copy, "scripts/run-experiment.ts"),
    `import { mkdirSync, writeFileSync } from "node:fs";
mkdirSync(".runs", { recursive: true });
writeFileSync(\`.runs/\${Date.now()}-\${process.pid}.json\`, "{}");\n`,
  );
  await writeFile(path.join(copy, "scripts/host.ts"), "");
  // Nothing of the copy needs a package, so nothing is installed.
  const settings = path.join(copy, "pnpm-workspace.yaml");
  const text = await readFile(settings, "utf8");
  await writeFile(settings, text.replace("verifyDepsBeforeRun: install", "verifyDepsBeforeRun: false"));
  await execa("git", ["init", "-q"], { cwd: copy });
  await execa("git", ["add", "-A"], { cwd: copy });
});

afterAll(() => rm(copy, { recursive: true, force: true }));

type State = "measured" | "replayed";

/** Which experiments turbo measured and which it replayed, on the host of that id. */
async function start(
  host: string,
  env: Record<string, string> = {},
  facts: Readonly<Record<string, number>> = {},
): Promise<Record<string, State>> {
  await writeLab("host.json", JSON.stringify({ id: host, ...facts }));
  const flags = ["--concurrency=1", "--output-logs=hash-only", "--filter=./experiments/*"];
  const { stdout } = await execa("turbo", ["run", "start", ...flags], {
    cwd: copy,
    preferLocal: true,
    localDir: repositoryRoot,
    // Under turbo itself (a cached test task) the outer run's hash must not leak in.
    env: { TURBO_HASH: "", TURBO_TELEMETRY_DISABLED: "1", NO_COLOR: "1", ...env },
  });
  const lines = stdout.matchAll(/^(exp\d+):start: cache (hit|miss)/gm);
  return Object.fromEntries(
    [...lines].map(([, name, state]) => [name!, state === "hit" ? "replayed" : "measured"]),
  );
}

async function writeLab(name: string, text: string): Promise<void> {
  await cp(path.join(copy, "package.json"), path.join(copy, ".lab/placeholder"));
  await writeFile(path.join(copy, ".lab", name), text);
}

/** Adds a line to a file; the returned function takes it back. */
async function edit(file: string): Promise<() => Promise<void>> {
  const full = path.join(copy, file);
  const before = await readFile(full);
  await writeFile(full, `${before}\n// edited\n`);
  return () => writeFile(full, before);
}

async function experiments(state: State): Promise<Record<string, State>> {
  const folders = await readdir(path.join(copy, "experiments"));
  return Object.fromEntries(folders.map((folder) => [folder.split("-")[0]!, state]));
}

it("measures again when a figure could change, and only then", { timeout: 120_000 }, async () => {
  const [measured, replayed] = [await experiments("measured"), await experiments("replayed")];
  expect(await start("here")).toEqual(measured);
  expect(await start("here")).toEqual(replayed);

  expect(await start("elsewhere"), "another host").toEqual(measured);
  expect(await start("here"), "the first host again").toEqual(replayed);
  expect(await start("here", {}, { performanceCores: 4 }), "other threads").toEqual(measured);

  await writeLab("model.json", '{"model":"smollm2-135m-instruct"}');
  expect(await start("here"), "another model, by lab use").toEqual(measured);
  await rm(path.join(copy, ".lab/model.json"));
  expect(await start("here"), "their own models again").toEqual(replayed);

  for (const file of [
    "packages/core/src/clock.ts",
    "packages/llama-capi/src/index.ts",
    "packages/runner/src/index.ts",
    "models/sprout/text/test.txt",
  ]) {
    const undo = await edit(file);
    expect(await start("here"), file).toEqual(measured);
    await undo();
  }
  // Another interpreter or index may bring other packages; a token or a proxy brings the same.
  for (const name of ["QUANTLAB_PYTHON", "UV_DEFAULT_INDEX", "PIP_INDEX_URL"])
    expect(await start("here", { [name]: "elsewhere" }), name).toEqual(measured);
  for (const name of ["HF_TOKEN", "HTTPS_PROXY"])
    expect(await start("here", { [name]: "elsewhere" }), name).toEqual(replayed);
  for (const file of [
    "README.md",
    "packages/report/src/index.ts",
    "packages/cli/src/index.ts",
    "experiments/exp3-q5/README.md",
  ]) {
    const undo = await edit(file);
    expect(await start("here"), file).toEqual(replayed);
    await undo();
  }
  const undo = await edit("experiments/exp3-q5/experiment.ts");
  expect(await start("here"), "one experiment").toEqual({ ...replayed, exp3: "measured" });
  await undo();
});
