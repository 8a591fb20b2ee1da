/** Bytes of a GGUF file put together by hand, so that every field can be wrong. */
export function rawGguf(parts: {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: bigint;
  readonly metadataCount?: bigint;
  readonly metadata?: readonly Buffer[];
  readonly tensors?: readonly Buffer[];
  readonly dataBytes?: number;
}): Buffer {
  const { metadata = [], tensors = [], dataBytes = 0 } = parts;
  const header = Buffer.concat([
    Buffer.from(parts.magic ?? "GGUF", "latin1"),
    u32(parts.version ?? 3),
    u64(parts.tensorCount ?? BigInt(tensors.length)),
    u64(parts.metadataCount ?? BigInt(metadata.length)),
    ...metadata,
    ...tensors,
  ]);
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), Buffer.alloc(dataBytes)]);
}

export function entry(key: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([text(key), u32(type), value]);
}

export function tensor(
  name: string,
  shape: readonly bigint[],
  options: { readonly type?: number; readonly offset?: bigint; readonly axes?: number } = {},
): Buffer {
  const axes = u32(options.axes ?? shape.length);
  return Buffer.concat([
    text(name),
    axes,
    ...shape.map(u64),
    u32(options.type ?? 0),
    u64(options.offset ?? 0n),
  ]);
}

export function text(value: string): Buffer {
  return Buffer.concat([u64(BigInt(Buffer.byteLength(value))), Buffer.from(value)]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
