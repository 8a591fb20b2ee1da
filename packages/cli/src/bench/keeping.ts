import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import {
  type Block,
  detectHost,
  digestOf,
  type Holder,
  labFolder,
  locked,
  type Plan,
  QuantlabError,
  readJsonFile,
  writeFileAtomic,
} from "@quantlab/core";
import { describeLab } from "@quantlab/runner";

/** The blocks of one bench while it runs, a file each: what is left of it when it is killed. */
export interface KeptBlocks {
  readonly before: readonly Block[];
  keep(block: Block): Promise<void>;
  /** Once they are part of a run. */
  remove(): Promise<void>;
}

/**
 * Does work with what an earlier start of the same plan, by this lab on this host, has left; with nothing, and what was
 * left removed, unless `resume`. Throws an ALREADY_RUNNING error while the same bench runs in another process.
 */
export async function withKeptBlocks<Result>(
  plan: Plan,
  { resume, signal }: { readonly resume: boolean; readonly signal: AbortSignal },
  work: (kept: KeptBlocks) => Promise<Result>,
): Promise<Result> {
  const folder = await folderOf(plan);
  const remove = () => rm(folder, { recursive: true, force: true });
  return await locked(folder, { purpose: "lab bench", signal, onHeld: refuse }, async () => {
    if (!resume) await remove();
    return await work({
      before: resume ? await blocksIn(folder) : [],
      keep: (block) => writeFileAtomic(path.join(folder, nameOf(block)), JSON.stringify(block)),
      remove,
    });
  });
}

/** How patient somebody is changes no figure. */
async function folderOf({ silenceMs: _, waits: __, ...plan }: Plan): Promise<string> {
  const digest = digestOf({ plan, lab: await describeLab(), host: detectHost().id });
  return path.join(labFolder, "bench", digest.slice(0, 16));
}

const nameOf = ({ arm, scenario, index }: Block) => `${digestOf(arm).slice(0, 16)}-${scenario}-${index}.json`;

/** Files that were being written have another ending. */
async function blocksIn(folder: string): Promise<Block[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json"));
  return Promise.all(names.map(async (name) => (await readJsonFile(path.join(folder, name))) as Block));
}

function refuse({ pid, since }: Holder): never {
  throw new QuantlabError(
    "ALREADY_RUNNING",
    `the same bench runs already: process ${pid}, since ${since.slice(11, 19)} UTC`,
    { remedy: "wait for it to finish, or end it" },
  );
}
