import type { Host } from "@quantlab/core";
import type { ArmName, EngineName } from "./engines.ts";
import type { Shape, Speeds } from "./shape.ts";

/** One block: a fresh process of one arm. */
export interface Sample extends Speeds {
  readonly round: number;
  readonly engine: EngineName;
  readonly arm: ArmName;
}

/** `results/<host id>/<model>.json`: every sample, so that the ratios can be made again from it. */
export interface OverheadResult {
  readonly schemaVersion: 1;
  readonly host: Host;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly model: string;
  /** Of each engine: its version, and the weights that all its arms loaded. */
  readonly engines: Readonly<
    Partial<Record<EngineName, { readonly version: string; readonly modelSha256: string }>>
  >;
  readonly shape: Shape;
  readonly threads: number;
  readonly rounds: number;
  readonly seed: number;
  /** In the order in which they ran. */
  readonly samples: readonly Sample[];
}
