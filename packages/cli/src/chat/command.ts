import { printNote } from "@quantlab/terminal";
import { engineOptions } from "../frame/engine-flags.ts";
import { openableModel } from "../frame/openable-model.ts";
import { samplingFrom } from "../frame/sampling-flags.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { Conversation, withSystem } from "./conversation.ts";
import { loadConversation } from "./conversation-file.ts";
import { type ChatInput, LineInput } from "./line-input.ts";
import { ModelInUse } from "./model-in-use.ts";
import type { ChatOptions } from "./options.ts";
import { Talk } from "./talk.ts";
import { TerminalInput } from "./terminal-input.ts";

/** Talks until somebody leaves. With --json everything that was said is one document at the end. */
export async function chatCommand({ json, signal }: VerbContext, options: ChatOptions): Promise<Outcome> {
  const beginning = options.load === undefined ? [] : await loadConversation(options.load);
  const started = withSystem(options.system, beginning);
  const open = async (reference: string | undefined) => {
    const wanted = { backend: options.backend, model: reference, options: engineOptions(options) };
    const model = await openableModel(wanted, signal);
    if (model.note) printNote(model.note);
    return ModelInUse.open(model, signal);
  };
  const model = await open(options.model);
  const settings = { sampling: samplingFrom(options), mostTokens: options.predict ?? null };
  await using talk = new Talk(model, new Conversation(settings, started), {
    open,
    system: options.system,
    write: json ? () => {} : (text) => void process.stdout.write(text),
  });
  using input: ChatInput = process.stdin.isTTY && !json ? new TerminalInput(signal) : new LineInput(signal);
  if (input.interactive) printNote(`${talk.about}; /help lists what else can be typed, Ctrl-D leaves`);
  await talk.untilLeft(input);
  return { data: talk.document(), text: "" };
}
