import { expect, test } from "vitest";
import { cacheBytes, cacheRotated } from "../src/library/load-log.ts";

/** As v0.5.0 logged it for the shipped model, keys in q8_0 and values in f16. */
const lines = [
  "llama_kv_cache:        CPU KV buffer size =     2.30 MiB",
  "llama_kv_cache: size =    2.30 MiB (  1024 cells,   6 layers,  1/1 seqs), K (q8_0):    0.80 MiB, V (f16):    1.50 MiB",
  "llama_kv_cache: attn_rot_k = 1, n_embd_head_k_all = 64",
  "llama_kv_cache: attn_rot_v = 0, n_embd_head_k_all = 64",
];

test("reads the size of the cache, of several all together", () => {
  expect(cacheBytes(lines) / 2 ** 20).toBeCloseTo(2.3, 5);
  expect(cacheBytes([...lines, lines[0]!.replace("CPU", "Vulkan0")]) / 2 ** 20).toBeCloseTo(4.6, 5);
  expect(cacheBytes(["load_tensors: CPU model buffer size = 10.76 MiB"])).toBe(0);
});

test("reads what is rotated, and says where nothing was said", () => {
  expect(cacheRotated(lines)).toEqual([true, false]);
  expect(cacheRotated(lines.slice(0, 2))).toBeNull();
});
