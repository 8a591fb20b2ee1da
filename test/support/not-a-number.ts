import { readFile, writeFile } from "node:fs/promises";

/** Not a number, in the bytes of each type. */
const notANumber: Readonly<Record<string, readonly number[]>> = {
  F32: [0, 0, 0xc0, 0x7f],
  F16: [0, 0x7e],
  BF16: [0xc0, 0x7f],
};

/** Makes the first weight of a tensor in a safetensors file no number. */
export async function spoil(file: string, tensor: string): Promise<void> {
  const bytes = await readFile(file);
  const headerBytes = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerBytes));
  const { dtype, data_offsets: offsets } = header[tensor];
  bytes.set(notANumber[dtype]!, 8 + headerBytes + offsets[0]);
  await writeFile(file, bytes);
}
