import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { BadFileError, unreadable } from "@quantlab/core";
import { BadBytes, Cursor, CutOff } from "./cursor.ts";
import { type EntrySpan, type Metadata, metadataNumber, readMetadata } from "./metadata.ts";
import { padded, readTensors, type Tensor } from "./tensors.ts";

/** The description of a GGUF file: everything before the weights. */
export interface Gguf {
  readonly path: string;
  readonly version: number;
  readonly bytes: number;
  readonly metadata: Metadata;
  readonly tensors: readonly Tensor[];
  /** Where each entry of the metadata lies, in the file's order. */
  readonly entries: ReadonlyMap<string, EntrySpan>;
  /** Where the weights begin, in bytes. */
  readonly dataOffset: number;
}

const magic = 0x46554747; // "GGUF"
const defaultAlignment = 32;
const alignmentLimit = 1 << 20;

/**
 * Reads and checks a GGUF file before any engine sees it. Memory and time are bounded whatever the file claims;
 * a file that is missing, empty, cut off, or inconsistent is a BadFileError of one line.
 */
export function readGguf(path: string): Gguf {
  return reading(path, path, (descriptor) => {
    const { size } = fstatSync(descriptor);
    if (size === 0) throw new BadBytes("is empty");
    return { path, bytes: size, ...parse(new Cursor(descriptor, size)) };
  });
}

/**
 * The same of a file of `bytes` whose beginning alone lies at `path`; `name` is the whole one's, for errors. Null where its
 * header goes on behind what is here.
 */
export function readGgufBeginning(path: string, bytes: number, name: string): Gguf | null {
  return reading(path, name, (descriptor) => {
    try {
      const parsed = parse(new Cursor(descriptor, bytes));
      return parsed.dataOffset > fstatSync(descriptor).size ? null : { path, bytes, ...parsed };
    } catch (error) {
      if (error instanceof CutOff) return null;
      throw error;
    }
  });
}

function reading<Read>(path: string, name: string, read: (descriptor: number) => Read): Read {
  const descriptor = open(path);
  try {
    return read(descriptor);
  } catch (cause) {
    const problem = cause instanceof BadBytes ? cause.message : `cannot be read: ${(cause as Error).message}`;
    throw new BadFileError(name, problem, "get the file again from its source", cause);
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string): number {
  try {
    // Opening a named pipe would wait for a writer.
    if (!statSync(path).isFile())
      throw new BadFileError(path, "is not a file", "give the path of a .gguf file");
    return openSync(path, "r");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function parse(cursor: Cursor): Omit<Gguf, "path" | "bytes"> {
  if (cursor.size < 24) throw new BadBytes(`is not a GGUF file: ${cursor.size} bytes are less than a header`);
  if (cursor.u32() !== magic) throw new BadBytes("is not a GGUF file: it does not begin with GGUF");
  const version = cursor.u32();
  if (version !== 2 && version !== 3)
    throw new BadBytes(
      (version & 0xffff) === 0
        ? "is a GGUF file for big-endian machines"
        : `is GGUF version ${version}; versions 2 and 3 are read`,
    );
  const tensorCount = cursor.count("tensors", Number.MAX_SAFE_INTEGER);
  const metadataCount = cursor.count("metadata entries", Number.MAX_SAFE_INTEGER);
  const { metadata, entries } = readMetadata(cursor, metadataCount);
  const alignment = alignmentOf(metadata);
  const tensors = readTensors(cursor, tensorCount, alignment);
  const dataOffset = padded(cursor.position, alignment);
  const last = tensors.at(-1);
  const needed = last ? dataOffset + last.offset + last.bytes : 0;
  if (needed > cursor.size)
    throw new BadBytes(`is truncated: its tensors need ${needed} bytes, it has ${cursor.size}`);
  return { version, metadata, tensors, entries, dataOffset };
}

function alignmentOf(metadata: Metadata): number {
  const key = "general.alignment";
  if (!metadata.has(key)) return defaultAlignment;
  const alignment = metadataNumber(metadata, key) ?? 0;
  const powerOfTwo = Number.isInteger(Math.log2(alignment));
  if (!powerOfTwo || alignment > alignmentLimit)
    throw new BadBytes(`has an alignment of ${alignment}, which cannot be`);
  return alignment;
}
