import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FileType } from "@quantlab/core";
import { EngineError } from "@quantlab/core";
import { type Contest, type Side, sides } from "./contest.ts";
import { tryLab } from "./lab.ts";
import { tryPeer } from "./peer.ts";
import { differingTensors } from "./same-tensors.ts";
import type { Setting } from "./setting.ts";
import type { Timed } from "./timed.ts";

export interface QuantizeFinding {
  readonly type: FileType;
  readonly withMatrix: boolean;
  readonly outcome:
    | "identical"
    | "different"
    | "both refuse"
    | "only the lab refuses"
    | "only the peer refuses";
  /** Tensors in which the two files differ. */
  readonly differing: readonly string[];
}

/** As in the lab's references: "Q4_K_M+imatrix". */
export const quantizationName = (type: FileType, withMatrix: boolean) =>
  withMatrix ? `${type}+imatrix` : type;

/** `lab quantize` against `llama-quantize`, from the full weights; a refusal is an answer. */
export function quantizeContest(
  type: FileType,
  matrix: string | null,
  runsPerRound: number,
  setting: Setting,
): Contest & { finding(): QuantizeFinding } {
  const { files, scratch, threads, signal } = setting;
  const of = quantizationName(type, matrix !== null);
  const source = files.F16.path;
  const output = (side: Side) => path.join(scratch, `${of}-${side}.gguf`);
  const made: Partial<Record<Side, boolean>> = {};
  let differing: readonly string[] | null = null;

  /** The first file of each side is compared with the other's, then they leave the disk; later ones do at once. */
  async function settle(side: Side): Promise<void> {
    if (differing) return remove(side);
    if (made.lab === undefined || made.peer === undefined) return;
    differing = made.lab && made.peer ? differingTensors(output("lab"), output("peer")) : [];
    await Promise.all(sides.map(remove));
  }

  /** The file, and the history that the lab leaves beside it. */
  async function remove(side: Side): Promise<void> {
    await rm(output(side), { force: true });
    await rm(`${output(side)}.json`, { force: true });
  }

  return {
    task: "quantize",
    of,
    runsPerRound,
    async run(side): Promise<Timed> {
      const parameters =
        side === "lab"
          ? labParameters({ source, type, output: output(side), matrix, threads })
          : [...(matrix === null ? [] : ["--imatrix", matrix]), source, output(side), type, String(threads)];
      // The lab would find its own file, and have nothing to do.
      await remove(side);
      await readOnce(source);
      const run =
        side === "lab"
          ? await tryLab(parameters, signal)
          : await tryPeer(setting, "llama-quantize", parameters);
      if (run.exitCode !== 0 && !refusals[side].test(run.said)) {
        throw new EngineError(`${side} quantize ${of}`, run.said.trim().split("\n").slice(-4).join("\n"));
      }
      made[side] = run.exitCode === 0;
      await settle(side);
      return run;
    },
    finding() {
      const found = differing ?? [];
      return { type, withMatrix: matrix !== null, outcome: outcomeOf(made, found), differing: found };
    },
  };
}

/** A disk that is full is no refusal: it must not pass for agreement. */
export const refusals: Readonly<Record<Side, RegExp>> = {
  lab: /importance matrix/,
  peer: /importance matrix|imatrix/,
};

/** Reads a file, so that both sides find it in memory: gigabytes that lay idle for minutes may have to come from disk. */
function readOnce(file: string): Promise<void> {
  const nowhere = new Writable({ write: (_, __, done) => done() });
  return pipeline(createReadStream(file, { highWaterMark: 1 << 22 }), nowhere);
}

function outcomeOf(
  made: Partial<Record<Side, boolean>>,
  differing: readonly string[],
): QuantizeFinding["outcome"] {
  if (made.lab && made.peer) return differing.length === 0 ? "identical" : "different";
  if (!made.lab && !made.peer) return "both refuse";
  return made.lab ? "only the peer refuses" : "only the lab refuses";
}

function labParameters(request: {
  readonly source: string;
  readonly type: FileType;
  readonly output: string;
  readonly matrix: string | null;
  readonly threads: number;
}): string[] {
  const { source, type, output, matrix, threads } = request;
  const flags = ["--to", type, "--output", output, "-t", String(threads)];
  return ["quantize", source, ...flags, ...(matrix === null ? [] : ["--imatrix", matrix])];
}
