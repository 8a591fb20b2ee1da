/** The code of an error that is a fault of the lab: nobody made it for a person to read. */
export const internal = "INTERNAL";

/** What a process that works for a command tells it: JSON lines on file descriptor 3, clear of an engine's chatter. */
export type WorkEvent<Note, Result> =
  | { readonly event: "note"; readonly note: Note }
  | { readonly event: "done"; readonly result: Result }
  | {
      readonly event: "error";
      readonly code: string;
      readonly message: string;
      readonly remedy: string | null;
      readonly exitCode: 1 | 2;
      readonly stack: string;
    };
