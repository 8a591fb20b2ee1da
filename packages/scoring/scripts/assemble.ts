import { readFile } from "node:fs/promises";
import path from "node:path";
import wabt from "wabt";

const folder = path.join(import.meta.dirname, "../src/kernel");

export const kernelFile = path.join(folder, "rows.wasm");

/** The bytes of rows.wat, without names: the same for the same text. */
export async function assembleKernel(): Promise<Uint8Array> {
  const source = path.join(folder, "rows.wat");
  const { parseWat } = await wabt();
  const parsed = parseWat(source, await readFile(source, "utf8"), { simd: true });
  try {
    return parsed.toBinary({ write_debug_names: false }).buffer;
  } finally {
    parsed.destroy();
  }
}
