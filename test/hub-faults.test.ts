// `lab models pull` against a hub that refuses, forgets, breaks off or lies.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lab } from "../packages/cli/test/lab.ts";
import { repositoryRoot } from "../packages/core/src/index.ts";
import { type TemporaryFolder, temporaryFolder } from "../packages/model-store/test/support/fixtures.ts";
import { type Faults, HubServer } from "../packages/model-store/test/support/hub-server.ts";

const repository = "Qwen/Qwen2.5-0.5B-Instruct-GGUF";
const content = readFileSync(path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"));
const patience = 60_000;

let folder: TemporaryFolder;
let hub: HubServer;
beforeEach(async () => {
  folder = await temporaryFolder();
  hub = await HubServer.start();
  hub.add(repository, "qwen2.5-0.5b-instruct-q4_0.gguf", content);
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const pull = (quantization: string, token = "") =>
  lab(["models", "pull", `qwen2.5-0.5b-instruct:${quantization}`], {
    env: { HF_ENDPOINT: hub.url, HF_HOME: folder.path, HF_TOKEN: token },
  });

/** Files of the cache that a model could be loaded from. */
function usable(): string[] {
  const snapshots = path.join(folder.path, "hub/models--Qwen--Qwen2.5-0.5B-Instruct-GGUF/snapshots");
  return existsSync(snapshots) ? readdirSync(snapshots, { recursive: true }).map(String) : [];
}

describe("lab models pull", () => {
  const cases: readonly (readonly [string, Partial<Faults>, string, RegExp, RegExp])[] = [
    [
      "401 without a token",
      { token: "secret" },
      "",
      /asks for a token to read .* \(HTTP 401\)/,
      /set HF_TOKEN/,
    ],
    [
      "401 with a wrong one",
      { token: "secret" },
      "x",
      /does not let the token in HF_TOKEN read .* \(HTTP 401\)/,
      /the token/,
    ],
    [
      "403 for a gated model",
      { gated: true },
      "known",
      /does not let the token in HF_TOKEN read .* \(HTTP 403\)/,
      /licence/,
    ],
    ["404", { status: 404 }, "", /the hub has no Qwen\/.* \(HTTP 404\)/, /check the names/],
    ["503", { status: 503 }, "", /the hub cannot give .* \(HTTP 503\)/, /try again later/],
    [
      "other bytes",
      { corrupt: true },
      "",
      /arrived damaged: its hash is/,
      /it was deleted; run the command again/,
    ],
    [
      "more than fits",
      { announcedBytes: 2 ** 50 },
      "",
      /needs about 1048576\.00 GiB of disk/,
      /free some space/,
    ],
  ];

  it.each(cases)(
    "says in two lines what a hub does that answers with %s",
    async (_, faults, token, problem, remedy) => {
      Object.assign(hub.faults, faults);
      const { code, stdout, stderr } = await pull("Q4_0", token);
      const lines = stderr.trimEnd().split("\n");
      expect([code, stdout, lines.length], stderr).toEqual([1, "", 2]);
      expect(lines[0]).toMatch(/^error: /);
      expect(lines[0]).toMatch(problem);
      expect(lines[1]).toMatch(remedy);
      expect(usable()).toEqual([]);
    },
    patience,
  );

  it(
    "says so when only half a file comes, and goes on from there once the hub is well",
    async () => {
      Object.assign(hub.faults, { drops: 1000, dropAfterBytes: content.length / 2 });
      const broken = pull("Q4_0");
      const arriving = () => hub.downloads.filter(({ server }) => server === "cdn");
      await vi.waitUntil(() => arriving().length > 0, patience);
      hub.faults.dropAfterBytes = 0;
      const { code, stdout, stderr } = await broken;
      const [problem, remedy] = stderr.trimEnd().split("\n").slice(-2);
      expect([code, stdout]).toEqual([1, ""]);
      expect(problem).toMatch(/^error: .*q4_0\.gguf cannot be read from http/);
      expect(remedy).toMatch(/a download goes on where it stopped$/);
      expect(usable()).toEqual([]);
      hub.faults.drops = 0;
      hub.seen.length = 0;
      const whole = await pull("Q4_0");
      expect(whole.code, whole.stderr).toBe(0);
      expect(readFileSync(whole.stdout.trimEnd().split("\n").at(-1)!)).toEqual(content);
      expect(arriving()[0]?.range).not.toMatch(/^bytes=0-/);
    },
    patience,
  );
});
