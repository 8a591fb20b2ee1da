import type { TypeObject } from "koffi";
import { native } from "./native.ts";

/** C memory for one call: everything in it is freed together. Addresses are bigints. */
export class NativeMemory implements Disposable {
  readonly #addresses: bigint[] = [];

  #alloc(type: TypeObject | string, length: number): bigint {
    const address = native().alloc(type, length) as bigint;
    this.#addresses.push(address);
    return address;
  }

  /** A text that ends in NUL. */
  text(value: string): bigint {
    const bytes = Buffer.from(`${value}\0`, "utf8");
    const address = this.#alloc("uint8_t", bytes.length);
    new Uint8Array(native().view(address, bytes.length)).set(bytes);
    return address;
  }

  floats(values: Float32Array): bigint {
    const address = this.#alloc("float", values.length);
    new Float32Array(native().view(address, values.byteLength)).set(values);
    return address;
  }

  /** Rows of a struct, or plain numbers, one after the other. */
  array(type: TypeObject | string, rows: readonly unknown[]): bigint {
    const koffi = native();
    const address = this.#alloc(type, rows.length);
    const bytes = koffi.sizeof(type);
    for (const [i, row] of rows.entries()) koffi.encode(address, i * bytes, type, row);
    return address;
  }

  [Symbol.dispose](): void {
    for (const address of this.#addresses) native().free(address);
    this.#addresses.length = 0;
  }
}
