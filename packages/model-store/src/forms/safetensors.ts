import { open } from "node:fs/promises";
import { BadFileError, unreadable } from "@quantlab/core";

export interface SafeTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** The format's own limit. */
const headerLimit = 100_000_000;
const remedy = "get the file again from its source";

/** Reads and checks the description at the beginning of a safetensors file; throws a BadFileError of one line. */
export async function readSafetensors(file: string): Promise<readonly SafeTensor[]> {
  await using handle = await open(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  const { size } = await handle.stat();
  const prefix = Buffer.alloc(8);
  await handle.read(prefix, 0, 8, 0);
  const length = Number(prefix.readBigUInt64LE());
  if (size < 8 || length > Math.min(headerLimit, size - 8))
    throw new BadFileError(file, `is no whole safetensors file: ${size} bytes`, remedy);
  const header = Buffer.alloc(length);
  await handle.read(header, 0, length, 8);
  try {
    const entries = Object.entries(JSON.parse(header.toString("utf8")) as Record<string, unknown>);
    return entries
      .filter(([name]) => name !== "__metadata__")
      .map(([name, value]) => tensorOf(name, value, size - 8 - length));
  } catch (cause) {
    throw new BadFileError(file, `has a broken header: ${(cause as Error).message}`, remedy, cause);
  }
}

function tensorOf(name: string, value: unknown, dataBytes: number): SafeTensor {
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const whole = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((number) => Number.isSafeInteger(number) && number >= 0);
  if (typeof dtype !== "string" || !whole(shape) || !whole(offsets) || offsets.length !== 2)
    throw new TypeError(`the tensor ${JSON.stringify(name)} is not described`);
  const [from, to] = offsets as [number, number];
  if (from > to || to > dataBytes)
    throw new TypeError(`the tensor ${JSON.stringify(name)} lies beyond the end`);
  return { name, dtype, shape, bytes: to - from };
}
