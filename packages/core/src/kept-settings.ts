import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { requireWritable } from "./access.ts";
import { QuantlabError } from "./errors.ts";
import { parseJson } from "./files.ts";
import { detectHost } from "./host.ts";
import { digestOf } from "./json.ts";
import { modelSlug } from "./model.ts";
import { labFolder } from "./paths.ts";
import type { TunedFor, TunedSettings } from "./tuned-settings.ts";
import { validate, writeDocument } from "./validate.ts";

/** Settings, or why a file of them is left alone; null where there are none. */
export type FoundSettings = { readonly settings: TunedSettings } | { readonly ignored: string } | null;

/** What was tuned for this model and engine on this host. A file that is not of them is ignored, by name. */
export function tunedSettings(wanted: TunedFor): FoundSettings {
  const file = fileOf(wanted);
  if (!existsSync(file)) return null;
  const found = readSettings(file);
  if ("ignored" in found) return found;
  const { engine, model } = found.settings;
  return engine === wanted.engine && model === wanted.model
    ? found
    : { ignored: `${file} is left alone: it is of ${model} on ${engine}` };
}

/** Everything that was tuned on this host, for people to see. */
export function allTunedSettings(): Exclude<FoundSettings, null>[] {
  const folder = hostFolder();
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.sort().map((name) => readSettings(path.join(folder, name)));
}

/** Keeps settings for this host, and returns their file. */
export async function keepTunedSettings(found: TunedFor & Pick<TunedSettings, "options">): Promise<string> {
  const file = fileOf(found);
  const { engine, model, options } = found;
  const head = { schemaVersion: 1, host: detectHost().id, engine, model } as const;
  await requireWritable(path.dirname(file));
  await writeDocument("tuned-settings", file, { ...head, tunedAt: new Date().toISOString(), options });
  return file;
}

/** Forgets what was tuned for this model and engine on this host, whatever is wrong with it; false where there was nothing. */
export async function forgetTunedSettings(wanted: TunedFor): Promise<boolean> {
  const file = fileOf(wanted);
  const there = existsSync(file);
  await rm(file, { force: true });
  return there;
}

/** Hosts may share a lab's folder. */
const hostFolder = () => path.join(labFolder, "settings", detectHost().id);

function fileOf({ engine, model }: TunedFor): string {
  const digest = digestOf({ engine, model }).slice(0, 8);
  return path.join(hostFolder(), `${engine}-${modelSlug(path.basename(model))}-${digest}.json`);
}

function readSettings(file: string): Exclude<FoundSettings, null> {
  try {
    const document = parseJson(readFileSync(file, "utf8"), file, "tune again");
    const settings = validate("tuned-settings", document, file);
    const { id } = detectHost();
    return settings.host === id
      ? { settings }
      : { ignored: `${file} is left alone: it was tuned on ${settings.host}, and this is ${id}` };
  } catch (error) {
    if (!(error instanceof QuantlabError)) throw error;
    return { ignored: `settings are left alone: ${error.message}` };
  }
}
