import type { QuantlabError } from "./errors.ts";
/** What a process of its own reads from stdin, a line each: a request that is likely to come, and the one that has. */
export type OwnProcessOrder<Request> =
  | { readonly kind: "likely"; readonly request: Request }
  | { readonly kind: "do"; readonly request: Request };

/** What it tells: JSON lines on file descriptor 3, clear of a library's chatter. */
export type OwnProcessEvent<Note, Result> =
  | { readonly event: "note"; readonly note: Note }
  | { readonly event: "done"; readonly result: Result }
  | {
      readonly event: "error";
      readonly code: string;
      readonly message: string;
      readonly remedy: string | null;
      readonly exitCode: QuantlabError["exitCode"];
      readonly stack: string;
    };

/** The code of an error that is a fault of the lab: nobody made it for a person to read. */
export const internal = "INTERNAL";
