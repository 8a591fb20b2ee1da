import path from "node:path";
import type { Contest, Side } from "./contest.ts";
import { type ImportanceDifference, importanceDifference } from "./importance-difference.ts";
import { lab } from "./lab.ts";
import { peer } from "./peer.ts";
import { chunkTokens, type Setting } from "./setting.ts";

/** Where a side leaves the matrix of the full weights. */
export const matrixOf = ({ scratch }: Setting, side: Side) => path.join(scratch, `importance-${side}.gguf`);

/** `lab imatrix` against `llama-imatrix`. */
export function importanceContest(setting: Setting): Contest & { finding(): ImportanceDifference } {
  const { files, calibration, threads, signal } = setting;
  const flags = ["-m", files.F16.path, "-f", calibration, "-c", String(chunkTokens), "-t", String(threads)];
  return {
    task: "importance",
    of: "F16",
    runsPerRound: 1,
    run(side) {
      const parameters = [...flags, "-o", matrixOf(setting, side)];
      return side === "lab"
        ? lab(["imatrix", ...parameters], signal)
        : peer(setting, "llama-imatrix", parameters);
    },
    finding: () => importanceDifference(matrixOf(setting, "lab"), matrixOf(setting, "peer")),
  };
}
