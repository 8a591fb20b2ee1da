import { expect, test } from "vitest";
import { deviceBytes } from "../src/library/load-log.ts";

/** As v0.5.0 logged them on a Vulkan device, for the shipped model and a context that grew. */
const model = [
  "load_tensors:   CPU_Mapped model buffer size =     1.00 MiB",
  "load_tensors:      Vulkan0 model buffer size =    10.76 MiB",
];
const context = [
  "llama_context: Vulkan_Host  output buffer size =     0.01 MiB",
  "llama_kv_cache:    Vulkan0 KV buffer size =     3.00 MiB",
  "sched_reserve:    Vulkan0 compute buffer size =     3.75 MiB",
  "sched_reserve: Vulkan_Host compute buffer size =     1.50 MiB",
];
const mebibytes = (lines: readonly string[]) => deviceBytes(lines) / 2 ** 20;

test("counts what lies on devices, and not what is mapped or pinned on the machine", () => {
  expect(mebibytes(model)).toBeCloseTo(10.76, 2);
  expect(mebibytes(context)).toBeCloseTo(6.75, 2);
  expect(mebibytes([...model, ...context])).toBeCloseTo(17.51, 2);
});

test("adds several caches and devices, and takes what is computed in as it was laid out last", () => {
  const again = "sched_reserve:    Vulkan0 compute buffer size =     6.51 MiB";
  expect(mebibytes([...context, again])).toBeCloseTo(9.51, 2);
  expect(mebibytes([...context, ...context.map((line) => line.replace("Vulkan0", "Vulkan1"))])).toBeCloseTo(
    13.5,
    2,
  );
  expect(mebibytes([...context, context[1]!])).toBeCloseTo(9.75, 2);
});

test("is nothing where the CPU holds it all", () => {
  expect(
    mebibytes([
      "load_tensors:   CPU_Mapped model buffer size =    10.76 MiB",
      "x: CPU KV buffer size = 3.00 MiB",
    ]),
  ).toBe(0);
});
