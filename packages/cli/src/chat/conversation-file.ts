import type { ChatMessage, SavedConversation } from "@quantlab/core";
import { fromUser, readDocument, requireOutput, toPublicPath, writeFileAtomic } from "@quantlab/core";
import { reads } from "../frame/earlier-output.ts";

/** Writes a conversation, over an earlier one alone. Returns where, as it may be shown. Throws a BadFileError otherwise. */
export async function saveConversation(
  typed: string,
  conversation: Pick<SavedConversation, "model" | "messages">,
): Promise<string> {
  const file = fromUser(typed);
  await requireOutput(file, { inputs: [], isOurs: reads((there) => readDocument("conversation", there)) });
  const document: SavedConversation = {
    schemaVersion: 1,
    savedAt: new Date().toISOString(),
    ...conversation,
  };
  await writeFileAtomic(file, `${JSON.stringify(document, null, 2)}\n`);
  return toPublicPath(file);
}

/** The messages of a conversation that was saved. Throws a BadFileError for another file. */
export async function loadConversation(typed: string): Promise<readonly ChatMessage[]> {
  return (await readDocument("conversation", fromUser(typed))).messages;
}
