// Folders that cannot be written to, each where one thing or another that the lab makes should go.
import { chmod, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { repositoryRoot } from "../packages/core/src/index.ts";
import { type TemporaryFolder, temporaryFolder } from "../packages/model-store/test/support/fixtures.ts";
import { HubServer } from "../packages/model-store/test/support/hub-server.ts";
import { ExperimentCopy, script } from "./support/experiment.ts";
import { asOrdinaryUser, whyNoOrdinaryUser } from "./support/ordinary-user.ts";
import { whyNoSmallDisk } from "./support/small-disk.ts";

const reason = whyNoOrdinaryUser();
const sprout = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");
const lab = [process.execPath, path.join(repositoryRoot, "packages/cli/bin/lab.js")];

let folder: TemporaryFolder;
let hub: HubServer;
/** Where nobody may write. */
let closed: string;
/** Where the lab keeps its own meanwhile. */
let open: string;
beforeAll(async () => {
  hub = await HubServer.start();
  hub.add("Qwen/Qwen2.5-0.5B-Instruct-GGUF", "qwen2.5-0.5b-instruct-q4_0.gguf", await readFile(sprout));
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await temporaryFolder();
  [closed, open] = [path.join(folder.path, "closed"), path.join(folder.path, "open")];
  await mkdir(closed);
  await mkdir(open);
  await chmod(closed, 0o555);
});
afterEach(() => folder[Symbol.asyncDispose]());

type Environment = Readonly<Record<string, string>>;

/** Runs a command, from where the user stands. */
async function run([program, ...parameters]: readonly string[], env: Environment, cwd = folder.path) {
  return execa(program!, parameters, { env: { INIT_CWD: cwd, ...env }, cwd, reject: false });
}

describe.skipIf(reason)(`a folder without permission${reason ? ` (not tested: ${reason})` : ""}`, () => {
  it.each<
    readonly [string, readonly string[], (env: { closed: string; open: string }) => Environment, RegExp]
  >([
    [
      "for the lab's own",
      ["models", "info", sprout],
      ({ closed: place }) => ({ QUANTLAB_FOLDER: path.join(place, "lab") }),
      /or set QUANTLAB_FOLDER to a folder of your own/,
    ],
    [
      "for models that are made",
      ["models", "pull", "synthetic/qwen2.5-0.5b:Q4_0"],
      ({ closed: place }) => ({ QUANTLAB_FOLDER: place }),
      /or set QUANTLAB_FOLDER to a folder of your own/,
    ],
    [
      "for a Python environment",
      ["setup", "transformers"],
      ({ closed: place }) => ({ QUANTLAB_FOLDER: place }),
      /or set QUANTLAB_FOLDER to a folder of your own/,
    ],
    [
      "for what is fetched",
      ["models", "pull", "qwen2.5-0.5b-instruct:Q4_0"],
      ({ closed: place, open: own }) => ({ HF_HOME: place, HF_ENDPOINT: hub.url, QUANTLAB_FOLDER: own }),
      /or set HF_HUB_CACHE to a folder of your own/,
    ],
    [
      "for a quantized file",
      ["quantize", sprout, "--to", "Q8_0", "-o", "closed/x.gguf"],
      ({ open: own }) => ({ QUANTLAB_FOLDER: own }),
      /or choose another place/,
    ],
    [
      "for a converted file",
      ["convert", path.join(repositoryRoot, "models/sprout/hf"), "--to", "F16", "-o", "closed/x.gguf"],
      ({ open: own }) => ({ QUANTLAB_FOLDER: own }),
      /or choose another place/,
    ],
    [
      "for an importance matrix",
      [
        "imatrix",
        "-m",
        sprout,
        "-f",
        path.join(repositoryRoot, "models/sprout/text/calibration.txt"),
        "-o",
        "closed/x",
      ],
      ({ open: own }) => ({ QUANTLAB_FOLDER: own }),
      /or choose another place/,
    ],
  ])("%s is named, with what to do", async (_, verb, environment, remedy) => {
    const { exitCode, stdout, stderr } = await run(
      [...asOrdinaryUser, ...lab, ...verb],
      environment({ closed, open }),
    );
    const lines = stderr.trimEnd().split("\n");
    expect([exitCode, stdout], stderr).toEqual([1, ""]);
    expect(lines.slice(-2)[0]).toBe(`error: ${closed} cannot be used: permission denied (EACCES)`);
    expect(lines.slice(-1)[0]).toMatch(/^give yourself access to it, /);
    expect(lines.slice(-1)[0]).toMatch(remedy);
    expect(await readdir(closed)).toEqual([]);
  });

  it.each([
    ["its runs", "choose another place"],
    ["locks and temporary files", "set TMPDIR to a folder of your own"],
  ])("is named before an experiment measures anything: for %s", async (what, remedy) => {
    const copy = new ExperimentCopy();
    const place = what === "its runs" ? copy.folder : closed;
    const env = { ...copy.env, QUANTLAB_FOLDER: open, ...(place === closed && { TMPDIR: closed }) };
    await chmod(place, 0o555);
    const { exitCode, stderr } = await run(
      [...asOrdinaryUser, process.execPath, script, "--quick"],
      env,
      copy.folder,
    );
    await chmod(place, 0o755);
    expect([exitCode, stderr]).toEqual([
      1,
      `error: ${place} cannot be used: permission denied (EACCES)\ngive yourself access to it, or ${remedy}`,
    ]);
  });

  it("that lies on the way to a model is named", async () => {
    await chmod(closed, 0o000);
    const { exitCode, stderr } = await run([...asOrdinaryUser, ...lab, "models", "info", "closed/x.gguf"], {
      QUANTLAB_FOLDER: open,
    });
    expect([exitCode, stderr.split("\n")[0]]).toEqual([
      1,
      `error: ${closed} cannot be used: permission denied (EACCES)`,
    ]);
  });
});

/** Starts a command that finds a read-only disk at `closed`. */
const onReadOnlyDisk = (command: readonly string[]) => [
  ...["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"],
  'mount -t tmpfs -o ro none "$0" && exec "$@"',
  closed,
  ...command,
];

const noDisk = whyNoSmallDisk();
describe.skipIf(noDisk)(`a read-only disk${noDisk ? ` (not tested: ${noDisk})` : ""}`, () => {
  it.each<readonly [string, readonly string[], () => Environment, RegExp]>([
    [
      "the lab's own",
      ["models", "info", sprout],
      () => ({ QUANTLAB_FOLDER: path.join(closed, "deep/lab") }),
      /or set QUANTLAB_FOLDER to a folder of your own/,
    ],
    [
      "a quantized file in a new folder",
      ["quantize", sprout, "--to", "Q8_0", "-o", "closed/new/x.gguf"],
      () => ({ QUANTLAB_FOLDER: open }),
      /or choose another place/,
    ],
  ])("is named where %s should go", async (_, verb, environment, remedy) => {
    const { exitCode, stderr } = await run(onReadOnlyDisk([...lab, ...verb]), environment());
    const [problem, what] = stderr.trimEnd().split("\n").slice(-2);
    expect([exitCode, problem]).toEqual([
      1,
      `error: ${closed} cannot be used: read-only file system (EROFS)`,
    ]);
    expect(what).toMatch(remedy);
  });

  it("is named where an experiment's locks should lie", async () => {
    const copy = new ExperimentCopy();
    const env = { ...copy.env, QUANTLAB_FOLDER: open, TMPDIR: closed };
    const { exitCode, stderr } = await run(
      onReadOnlyDisk([process.execPath, script, "--quick"]),
      env,
      copy.folder,
    );
    expect([exitCode, stderr]).toEqual([
      1,
      `error: ${closed} cannot be used: read-only file system (EROFS)\ngive yourself access to it, or set TMPDIR to a folder of your own`,
    ]);
  });
});

it("QUANTLAB_FOLDER is where the lab keeps its own, from where the user stands", async () => {
  const asked = [...lab, "models", "info", sprout, "--json"];
  const { exitCode, stderr } = await run(asked, { QUANTLAB_FOLDER: "./open" });
  expect(exitCode, stderr).toBe(0);
  expect((await readdir(open)).sort()).toEqual(["compile-cache", "verified"]);
  const { stdout } = await run([...lab, "doctor", "--json"], { QUANTLAB_FOLDER: "./open" });
  const checks = JSON.parse(stdout).data.checks as readonly { name: string; detail: string }[];
  expect(checks.find(({ name }) => name === "disk")?.detail).toContain(open);
});

it("a file where a folder should be is named", async () => {
  const { exitCode, stderr } = await run([...lab, "models", "info", sprout], { QUANTLAB_FOLDER: sprout });
  expect([exitCode, stderr.split("\n")[0]]).toEqual([
    1,
    `error: ${sprout} cannot be used: not a directory (ENOTDIR)`,
  ]);
});
