import path from "node:path";
import { type OwnProcess, startOwnProcess } from "./own-process.ts";
import type { QuantizeRequest } from "./quantize-request.ts";

// An entry of its own: a command starts the process before it loads the rest of this package.

/** A process that waits for what to quantize, and may be told ahead; `using` ends it where nothing came. */
export interface Quantizer extends Pick<OwnProcess, "run" | typeof Symbol.dispose> {
  expect(request: QuantizeRequest): void;
}

/** Starts the process of a later `quantizeInOwnProcess`: it loads the library while the request is made ready. */
export function startQuantizer(): Quantizer {
  return startOwnProcess(path.join(import.meta.dirname, "quantize-process.ts"));
}
