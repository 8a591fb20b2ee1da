import type { EngineInfo, Host } from "@quantlab/core";
import type { Comparison } from "./compare.ts";

export interface Asked {
  readonly questions: number;
  readonly newTokens: number;
  /** Of the test text, from its beginning; 512 tokens each, of which 255 are scored. */
  readonly chunks: number;
}

interface Named {
  readonly name: string;
  readonly title: string;
}

/** What really ran. */
export type Ran = Pick<EngineInfo, "name" | "version" | "devices" | "threads" | "kvCacheTypes"> & {
  readonly modelSha256: string;
};

export type ArmResult = Named &
  (
    | ({ readonly status: "compared"; readonly engine: Ran } & Comparison)
    | { readonly status: "skipped"; readonly reason: string }
  );

/** `results/<host id>/<model>.json`. */
export interface CrossEngineResult {
  readonly schemaVersion: 1;
  readonly host: Host;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly model: string;
  readonly asked: Asked;
  readonly reference: Named & { readonly engine: Ran; readonly perplexity: number };
  readonly arms: readonly ArmResult[];
}
