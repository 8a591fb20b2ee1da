import type { Json } from "./json.ts";

/** The one JSON document that `pnpm lab <verb> --json` prints. */
export type CommandOutput =
  | {
      readonly schemaVersion: 1;
      readonly command: string;
      readonly ok: true;
      readonly data: Json;
    }
  | {
      readonly schemaVersion: 1;
      readonly command: string;
      readonly ok: false;
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly remedy: string | null;
      };
    };
