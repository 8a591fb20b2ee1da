// Just enough of a GGUF writer to make files that the library must refuse or take.

type Value = string | number;
export interface Tensor {
  readonly name: string;
  /** In ggml's order: the row length first. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const alignment = 32;

/** A GGUF v3 file with string and float32 metadata and float32 tensors. */
export function ggufBytes(
  metadata: Readonly<Record<string, Value>>,
  tensors: readonly Tensor[] = [],
): Buffer {
  let offset = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    const entry = [
      text(name),
      uint32(shape.length),
      ...shape.map((length) => uint64(length)),
      uint32(0),
      uint64(offset),
    ];
    offset += roundUp(values.byteLength);
    return Buffer.concat(entry);
  });
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    uint32(3),
    uint64(tensors.length),
    uint64(Object.keys(metadata).length),
    ...Object.entries(metadata).map(([key, value]) => pair(key, value)),
    ...entries,
  ]);
  const data = tensors.map(({ values }) => padded(Buffer.from(values.buffer)));
  return Buffer.concat([padded(head), ...data]);
}

function pair(key: string, value: Value): Buffer {
  if (typeof value === "string") return Buffer.concat([text(key), uint32(8), text(value)]);
  const number = Buffer.alloc(4);
  number.writeFloatLE(value);
  return Buffer.concat([text(key), uint32(6), number]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const roundUp = (length: number) => Math.ceil(length / alignment) * alignment;
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(roundUp(bytes.length) - bytes.length)]);
