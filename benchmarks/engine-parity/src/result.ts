import type { Host } from "@quantlab/core";
import type { ArmName } from "./arms.ts";
import type { Shape, Speeds } from "./shape.ts";

/** One block: a fresh process of one arm. */
export interface Sample extends Speeds {
  readonly round: number;
  readonly arm: ArmName;
  readonly threads: number;
}

/** `results/<host id>/<model>.json`: every sample, so that the ratios can be made again from it. */
export interface ParityResult {
  readonly schemaVersion: 1;
  readonly host: Host;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly llamaCpp: string;
  readonly model: { readonly reference: string; readonly sha256: string; readonly bytes: number };
  readonly shape: Shape;
  readonly threads: readonly number[];
  readonly rounds: number;
  readonly seed: number;
  /** In the order in which they ran. */
  readonly samples: readonly Sample[];
}
