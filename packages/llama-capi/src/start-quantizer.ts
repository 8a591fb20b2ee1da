import path from "node:path";
import { type OwnProcess, startOwnProcess } from "@quantlab/core";

// An entry of its own: a command starts the process before it loads the rest of this package.

/** A process that waits for a `QuantizeRequest`, and may be told ahead; `using` ends it where nothing came. */
export type Quantizer = OwnProcess;

/** Starts the process of a later `quantizeInOwnProcess`: it loads the library while the request is made ready. */
export function startQuantizer(): Quantizer {
  return startOwnProcess(path.join(import.meta.dirname, "quantize-process.ts"));
}
