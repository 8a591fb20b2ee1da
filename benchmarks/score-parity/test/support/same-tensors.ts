import { closeSync, openSync, readSync } from "node:fs";
import { type Gguf, readGguf, type Tensor } from "@quantlab/llama-capi";

const pieceBytes = 8 * 2 ** 20;

/** Names of the tensors in which two GGUF files differ: by presence, type, shape, or any byte of their data. */
export function differingTensors(a: string, b: string): string[] {
  const [left, right] = [opened(a), opened(b)];
  try {
    const names = new Set([...left.tensors.keys(), ...right.tensors.keys()]);
    return [...names].filter((name) => !sameTensor(left, right, name));
  } finally {
    closeSync(left.descriptor);
    closeSync(right.descriptor);
  }
}

interface OpenGguf {
  readonly gguf: Gguf;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly descriptor: number;
}

function opened(file: string): OpenGguf {
  const gguf = readGguf(file);
  return {
    gguf,
    tensors: new Map(gguf.tensors.map((each) => [each.name, each])),
    descriptor: openSync(file, "r"),
  };
}

function sameTensor(left: OpenGguf, right: OpenGguf, name: string): boolean {
  const [one, other] = [left.tensors.get(name), right.tensors.get(name)];
  if (!one || !other || one.type.name !== other.type.name || String(one.shape) !== String(other.shape))
    return false;
  for (let at = 0; at < one.bytes; at += pieceBytes) {
    const length = Math.min(pieceBytes, one.bytes - at);
    if (!piece(left, one.offset + at, length).equals(piece(right, other.offset + at, length))) return false;
  }
  return true;
}

function piece({ gguf, descriptor }: OpenGguf, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  readSync(descriptor, buffer, 0, length, gguf.dataOffset + offset);
  return buffer;
}
