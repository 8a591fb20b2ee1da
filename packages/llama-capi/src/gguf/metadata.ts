import { BadBytes, type Cursor } from "./cursor.ts";

/** A list in a header is kept as its type and length: vocabularies are large and nobody here needs them. */
export interface MetadataList {
  readonly list: string;
  readonly length: number;
}
export type MetadataValue = number | bigint | boolean | string | MetadataList;
export type Metadata = ReadonlyMap<string, MetadataValue>;

interface ValueType {
  readonly name: string;
  /** Fixed size in bytes; null for strings. */
  readonly bytes: number | null;
  read(cursor: Cursor): number | bigint | boolean | string;
}

// In the order of GGUF's type numbers; number 9 is a list.
const valueTypes: readonly (ValueType | null)[] = [
  { name: "u8", bytes: 1, read: (cursor) => cursor.u8() },
  { name: "i8", bytes: 1, read: (cursor) => cursor.i8() },
  { name: "u16", bytes: 2, read: (cursor) => cursor.u16() },
  { name: "i16", bytes: 2, read: (cursor) => cursor.i16() },
  { name: "u32", bytes: 4, read: (cursor) => cursor.u32() },
  { name: "i32", bytes: 4, read: (cursor) => cursor.i32() },
  { name: "f32", bytes: 4, read: (cursor) => cursor.f32() },
  { name: "bool", bytes: 1, read: (cursor) => cursor.u8() !== 0 },
  { name: "string", bytes: null, read: (cursor) => cursor.string() },
  null,
  { name: "u64", bytes: 8, read: (cursor) => cursor.u64() },
  { name: "i64", bytes: 8, read: (cursor) => cursor.i64() },
  { name: "f64", bytes: 8, read: (cursor) => cursor.f64() },
];
const listType = 9;
const keyLimit = 65_535;
/** Published models have fewer than 100 keys. */
const entryLimit = 16_384;

/** Where a metadata entry lies in its file, key, type and value: its first byte and the one behind its last. */
export type EntrySpan = readonly [start: number, end: number];

/** Reads `count` keys and values; lists are passed over, their lengths checked against the file. */
export function readMetadata(
  cursor: Cursor,
  count: number,
): { readonly metadata: Metadata; readonly entries: ReadonlyMap<string, EntrySpan> } {
  if (count > entryLimit)
    throw new BadBytes(`claims ${count} metadata entries; at most ${entryLimit} are read`);
  const metadata = new Map<string, MetadataValue>();
  const entries = new Map<string, EntrySpan>();
  for (let i = 0; i < count; i++) {
    const start = cursor.position;
    const key = cursor.string(keyLimit);
    if (key === "") throw new BadBytes("has a metadata entry without a name");
    if (metadata.has(key)) throw new BadBytes(`has the metadata entry ${JSON.stringify(key)} twice`);
    metadata.set(key, readValue(cursor, key));
    entries.set(key, [start, cursor.position]);
  }
  return { metadata, entries };
}

function readValue(cursor: Cursor, key: string): MetadataValue {
  const number = cursor.u32();
  return number === listType ? passList(cursor, key) : typeOf(number, key).read(cursor);
}

function typeOf(number: number, key: string): ValueType {
  const type = valueTypes[number];
  if (type) return type;
  throw new BadBytes(
    number === listType
      ? `has a list of lists in ${JSON.stringify(key)}, which llama.cpp does not read`
      : `has an unknown value type ${number} in ${JSON.stringify(key)}`,
  );
}

function passList(cursor: Cursor, key: string): MetadataList {
  const type = typeOf(cursor.u32(), key);
  const room = Math.max(0, Math.floor(cursor.remaining / (type.bytes ?? 8)));
  const length = cursor.count(`elements in ${JSON.stringify(key)}`, room);
  if (type.bytes !== null) cursor.skip(length * type.bytes);
  else cursor.skipStrings(length);
  return { list: type.name, length };
}

/** The whole number stored under `key`, or null when there is none. */
export function metadataNumber(metadata: Metadata, key: string): number | null {
  const value = metadata.get(key);
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : null;
}

/** The text stored under `key`, or null when there is none. */
export function metadataText(metadata: Metadata, key: string): string | null {
  const value = metadata.get(key);
  return typeof value === "string" ? value : null;
}
