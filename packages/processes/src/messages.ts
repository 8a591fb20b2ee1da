import type { ErrorDocument, Json } from "@quantlab/core";

/** What a process reads from its stdin, a JSON line each. */
export type ToProcess =
  | { readonly id: number; readonly method: string; readonly params: Json }
  /** Stops the request `id`. */
  | { readonly id: number; readonly cancel: true }
  /** To an event that asked. */
  | { readonly id: number; readonly ask: number; readonly answer: Json };

/**
 * What it writes to file descriptor 3, a JSON line each, and behind one with `bytes` as many of them; stdout and stderr
 * are anybody's to print on.
 */
export type FromProcess =
  | { readonly id: number; readonly result: Json }
  | { readonly id: number; readonly error: ErrorDocument }
  | {
      readonly id: number;
      readonly event: string;
      readonly data: Json;
      /** It waits for an answer under this number. */
      readonly ask?: number;
      readonly bytes?: number;
    };

/** Reads one line of a process. Throws a TypeError on what is no message. */
export function parseMessage(line: string): FromProcess {
  const message = JSON.parse(line) as Partial<Record<string, unknown>> | null;
  const kinds = ["result", "error", "event"].filter((kind) => message && Object.hasOwn(message, kind));
  if (typeof message?.id === "number" && kinds.length === 1) return message as unknown as FromProcess;
  throw new TypeError("no message of the protocol");
}
