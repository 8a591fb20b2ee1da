import { type FileHandle, open } from "node:fs/promises";
import { BadFileError } from "@quantlab/core";

/** What storing a base model's log-probabilities in 16 bits does to them. */
export interface LogitFileNoise {
  readonly tokens: number;
  /** The largest step between two values that a row can hold, in nats; and its root mean square over the rows. */
  readonly largestStep: number;
  readonly rmsStep: number;
  /** Rows whose two likeliest tokens lie at most one step apart: rounding may have exchanged them. */
  readonly nearTies: number;
}

/**
 * Reads a file that `llama-perplexity --kl-divergence-base` wrote: "_logits_", context, vocabulary and chunks as int32,
 * the tokens, then a row for each scored token: step and least value as float32, and a uint16 for each entry.
 */
export async function readNoise(file: string): Promise<LogitFileNoise> {
  await using handle = await open(file);
  const head = await bytesAt(handle, file, 20);
  if (head.toString("latin1", 0, 8) !== "_logits_") throw broken(file, "does not begin with _logits_");
  const [context, vocabulary, chunks] = [8, 12, 16].map((at) => head.readInt32LE(at)) as [
    number,
    number,
    number,
  ];
  const rows = context - 1 - Math.floor(context / 2);
  const width = 2 * Math.floor((vocabulary + 1) / 2) + 4;
  let position = 20 + 4 * context * chunks;
  let [largestStep, squares, nearTies] = [0, 0, 0];
  for (let chunk = 0; chunk < chunks; chunk++) {
    const bytes = await bytesAt(handle, file, 2 * rows * width, position);
    position += bytes.length;
    for (let row = 0; row < rows; row++) {
      const step = bytes.readFloatLE(2 * row * width);
      largestStep = Math.max(largestStep, step);
      squares += step * step;
      const codes = new Uint16Array(bytes.buffer, bytes.byteOffset + 2 * row * width + 8, vocabulary);
      if (gapOfLikeliest(codes) <= 1) nearTies++;
    }
  }
  const tokens = rows * chunks;
  return { tokens, largestStep, rmsStep: Math.sqrt(squares / tokens), nearTies };
}

function gapOfLikeliest(codes: Uint16Array): number {
  let [first, second] = [-1, -1];
  for (const code of codes) {
    if (code > first) [second, first] = [first, code];
    else if (code > second) second = code;
  }
  return first - second;
}

async function bytesAt(handle: FileHandle, file: string, length: number, position = 0): Promise<Buffer> {
  const buffer = Buffer.from(new ArrayBuffer(length));
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  if (bytesRead < length) throw broken(file, `ends ${length - bytesRead} bytes too early`);
  return buffer;
}

const broken = (file: string, problem: string) =>
  new BadFileError(file, problem, "llama-perplexity was ended, or the disk is full; run the benchmark again");
