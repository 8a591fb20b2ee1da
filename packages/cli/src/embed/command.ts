import { addAbortSignal } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { fromUser, readText, UsageError, wholeText } from "@quantlab/core";
import { printNote } from "@quantlab/terminal";
import { engineOptions } from "../frame/engine-flags.ts";
import { openableModel } from "../frame/openable-model.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import type { EmbedOptions } from "./options.ts";

interface Embedded {
  readonly text: string;
  readonly tokens: number;
  readonly vector: readonly number[];
}

/** Gives texts as vectors, by a model in a process of its own. */
export async function embedCommand({ json, signal }: VerbContext, options: EmbedOptions): Promise<Outcome> {
  const texts = await textsOf(options, signal);
  const wanted = { backend: options.backend, model: options.model, options: engineOptions(options) };
  const model = await openableModel(wanted, signal);
  if (model.note) printNote(model.note);
  await using session = await model.load(signal);
  if (!session.embed)
    throw new UsageError(`${session.engine.name} gives no vectors`, "take --backend engine or transformers");
  const embedded: Embedded[] = [];
  for (const text of texts) {
    const ids = await session.tokenize(text, wholeText);
    const vector = [...(await session.embed(ids, signal))];
    embedded.push({ text, tokens: ids.length, vector });
    if (!json) process.stdout.write(`${JSON.stringify(vector)}\n`);
  }
  return {
    data: {
      model: model.name,
      backend: model.engine.name,
      embeddings: embedded.map((each) => ({ ...each })),
    },
    text: "",
  };
}

async function textsOf({ prompt = [], file }: EmbedOptions, signal: AbortSignal): Promise<readonly string[]> {
  const read = () =>
    file === "-" ? readAll(addAbortSignal(signal, process.stdin)) : readText(fromUser(file!));
  const lines = file === undefined ? [] : (await read()).split(/\r?\n/);
  const texts = [...prompt, ...lines].filter((text) => text.trim() !== "");
  if (texts.length > 0) return texts;
  throw new UsageError(
    "there is no text",
    'give one with -p "a cat", or a file with one on each line with -f',
  );
}
