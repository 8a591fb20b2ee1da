import type { Device, Llama } from "./llama.ts";
import { native } from "./native.ts";

/** In bytes, as the device's driver tells it. */
export interface FreeMemory {
  readonly free: number;
  readonly total: number;
}

/** How much memory a device has left, for whoever asks first. */
export function freeMemoryOf({ call }: Llama, { pointer }: Device): FreeMemory {
  const koffi = native();
  const sizes = koffi.alloc("size_t", 2);
  try {
    call.deviceMemory(pointer, sizes, sizes + BigInt(koffi.sizeof("size_t")));
    const [free = 0n, total = 0n] = new BigUint64Array(koffi.view(sizes, 16));
    return { free: Number(free), total: Number(total) };
  } finally {
    koffi.free(sizes);
  }
}

/** Bytes taken on these devices, by anybody, as their drivers tell it. */
export function takenBytes(llama: Llama, devices: readonly Device[]): number {
  return devices.reduce((sum, device) => {
    const { free, total } = freeMemoryOf(llama, device);
    return sum + total - free;
  }, 0);
}
