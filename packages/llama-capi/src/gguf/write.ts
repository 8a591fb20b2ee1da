import type { FileHandle } from "node:fs/promises";
import { padded, type Tensor } from "./tensors.ts";
import type { TensorType } from "./types.ts";

/** A value to write: numbers need their GGUF type said. */
export type WritableValue =
  | string
  | boolean
  | { readonly u32: number }
  | { readonly f32: number }
  | readonly string[]
  | { readonly i32s: readonly number[] }
  | { readonly f32s: readonly number[] };

export type PlannedTensor = Omit<Tensor, "offset">;

const alignment = 32;
const numbers = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, list: 9 } as const;

/** A tensor of this shape (row length first) with its size worked out. */
export function planTensor(name: string, shape: readonly number[], type: TensorType): PlannedTensor {
  const elements = shape.reduce((product, length) => product * length, 1);
  return { name, shape, type, elements, bytes: (elements / type.elements) * type.bytes };
}

/** The bytes of a GGUF version 3 file up to its weights. */
export function ggufHeader(
  metadata: Readonly<Record<string, WritableValue>>,
  tensors: readonly PlannedTensor[],
): Buffer {
  return headerOf(
    Object.entries(metadata).map(([key, value]) => entryOf(key, value)),
    tensors,
  );
}

/** A metadata entry as it stands in a file. */
export function entryOf(key: string, value: WritableValue): Buffer {
  return Buffer.concat([text(key), encode(value)]);
}

/** The same of entries that are bytes already. */
export function headerOf(entries: readonly Uint8Array[], tensors: readonly PlannedTensor[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(entries.length)];
  parts.push(...entries);
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64));
    parts.push(u32(tensor.type.number), u64(offset));
    offset = padded(offset + tensor.bytes, alignment);
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat(parts, padded(length, alignment));
}

/** Bytes of the whole file: what a disk needs before writing begins. */
export function ggufBytes(header: Buffer, tensors: readonly PlannedTensor[]): number {
  return tensors.reduce((sum, tensor) => padded(sum + tensor.bytes, alignment), header.length);
}

/** Writes one tensor's weights in the given pieces, then the padding that follows it. Returns its piece count. */
export async function writeTensor(
  file: FileHandle,
  tensor: PlannedTensor,
  pieces: Iterable<Uint8Array>,
  onPiece: (piece: Uint8Array) => void,
): Promise<void> {
  for (const piece of pieces) {
    onPiece(piece);
    await writeAll(file, piece);
  }
  const padding = Buffer.alloc(padded(tensor.bytes, alignment) - tensor.bytes);
  onPiece(padding);
  await writeAll(file, padding);
}

/** Writes all of `bytes` at the file's position: one call may take less. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written)).bytesWritten;
  }
}

function encode(value: WritableValue): Buffer {
  if (typeof value === "string") return Buffer.concat([u32(numbers.string), text(value)]);
  if (typeof value === "boolean") return Buffer.concat([u32(numbers.bool), Buffer.from([value ? 1 : 0])]);
  if (Array.isArray(value)) return list(numbers.string, value.length, Buffer.concat(value.map(text)));
  if ("u32" in value) return Buffer.concat([u32(numbers.u32), u32(value.u32)]);
  if ("f32" in value) return Buffer.concat([u32(numbers.f32), f32(value.f32)]);
  if ("i32s" in value) return list(numbers.i32, value.i32s.length, bytesOf(Int32Array.from(value.i32s)));
  if ("f32s" in value) return list(numbers.f32, value.f32s.length, bytesOf(Float32Array.from(value.f32s)));
  throw new TypeError("not a GGUF value");
}

function list(elementType: number, length: number, elements: Buffer): Buffer {
  return Buffer.concat([u32(numbers.list), u32(elementType), u64(length), elements]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
}

// Every platform that llama.cpp ships for is little-endian, as GGUF is.
function bytesOf(values: Int32Array | Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
