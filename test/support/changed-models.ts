// The shipped model with something changed, in each form: what a person may hold without knowing.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../../packages/core/src/index.ts";
import { readGguf } from "../../packages/llama-capi/src/index.ts";

const shipped = path.join(repositoryRoot, "models/sprout");

export interface HeldTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** GGUF's number, or safetensors' name. */
  readonly type: number | string;
  readonly bytes: Buffer;
}

type Tensors = (all: readonly HeldTensor[]) => readonly HeldTensor[];

export interface GgufChange {
  /** Null takes an entry away. */
  readonly metadata?: Readonly<Record<string, string | number | boolean | null>>;
  readonly tensors?: Tensors;
}

export interface FolderChange {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly tokenizer?: Readonly<Record<string, unknown>>;
  readonly tensors?: Tensors;
  /** The bytes of a file, or null to take it away; by its name. */
  readonly files?: Readonly<Record<string, (bytes: Buffer) => Buffer | null>>;
}

const alignment = 32;
const padding = (length: number) => Buffer.alloc((alignment - (length % alignment)) % alignment);

/** A copy of the shipped GGUF file. */
export function writeGguf(file: string, { metadata = {}, tensors = (all) => all }: GgufChange): string {
  const whole = readGguf(path.join(shipped, "sprout-F16.gguf"));
  const bytes = readFileSync(whole.path);
  const kept = [...whole.entries]
    .filter(([key]) => !(key in metadata))
    .map(([, [from, to]]) => bytes.subarray(from, to));
  const own = Object.entries(metadata).flatMap(([key, value]) => (value === null ? [] : [entry(key, value)]));
  const held = tensors(
    whole.tensors.map(({ name, shape, type, offset, bytes: size }) => {
      const from = whole.dataOffset + offset;
      return { name, shape, type: type.number, bytes: bytes.subarray(from, from + size) };
    }),
  );
  const [infos, data]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, shape, type, bytes: weights } of held) {
    infos.push(text(name), u32(shape.length), ...shape.map(u64), u32(type as number), u64(offset));
    data.push(weights, padding(weights.length));
    offset += weights.length + padding(weights.length).length;
  }
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(held.length),
    u64(kept.length + own.length),
    ...kept,
    ...own,
    ...infos,
  ]);
  writeFileSync(file, Buffer.concat([head, padding(head.length), ...data]));
  return file;
}

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

function entry(key: string, value: string | number | boolean): Buffer {
  if (typeof value === "string") return Buffer.concat([text(key), u32(8), text(value)]);
  if (typeof value === "boolean") return Buffer.concat([text(key), u32(7), Buffer.of(Number(value))]);
  return Buffer.concat([text(key), u32(4), u32(value)]);
}

/** A copy of the folder `source`, the shipped one unless said. */
export function writeFolder(
  folder: string,
  { config = {}, tokenizer = {}, tensors = (all) => all, files = {} }: FolderChange,
  source = path.join(shipped, "hf"),
): string {
  cpSync(source, folder, { recursive: true });
  const rewrite = (name: string, change: (bytes: Buffer) => Buffer | null) => {
    const file = path.join(folder, name);
    const bytes = change(readFileSync(file));
    if (bytes) writeFileSync(file, bytes);
    else rmSync(file);
  };
  const merged = (changes: object) => (bytes: Buffer) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(bytes.toString()), ...changes }));
  rewrite("config.json", merged(config));
  rewrite("tokenizer_config.json", merged(tokenizer));
  rewrite("model.safetensors", (bytes) => safetensors(tensors(heldIn(bytes))));
  for (const [name, change] of Object.entries(files)) rewrite(name, change);
  return folder;
}

function heldIn(bytes: Buffer): HeldTensor[] {
  const length = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  return Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => ({
        name,
        shape,
        type: dtype,
        bytes: bytes.subarray(8 + length + from, 8 + length + to),
      }),
    );
}

function safetensors(tensors: readonly HeldTensor[]): Buffer {
  let offset = 0;
  const entries = tensors.map(({ name, shape, type, bytes }) => {
    const place = [offset, offset + bytes.length];
    offset += bytes.length;
    return [name, { dtype: type, shape, data_offsets: place }];
  });
  const header = Buffer.from(
    JSON.stringify({ __metadata__: { format: "pt" }, ...Object.fromEntries(entries) }),
  );
  return Buffer.concat([u64(header.length), header, ...tensors.map(({ bytes }) => bytes)]);
}
