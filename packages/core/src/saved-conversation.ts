import type { ChatMessage } from "./backend.ts";

/** What `lab chat` keeps at /save. */
export interface SavedConversation {
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly savedAt: string;
  /** The model that answered last: "sprout:F16". */
  readonly model: string;
  /** The first to the last, a system message before them where there is one. */
  readonly messages: readonly ChatMessage[];
}
